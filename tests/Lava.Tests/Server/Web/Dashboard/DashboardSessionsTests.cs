using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Sessions;
using Lava.Testing.Gateway;
using Lava.Tests.Postgres;
using Npgsql;

namespace Lava.Tests.Server.Web.Dashboard;

[Collection(PostgresCollection.Name)]
public sealed class DashboardSessionsTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly UInt256 LiveKey = UInt256.Sha256("aks_live_a"u8);
    private static readonly UInt256 TestKey = UInt256.Sha256("aks_test_a"u8);

    private readonly ManualTime _time = new();
    private NpgsqlDataSource _source = null!;
    private ManagementStores _stores = null!;
    private Snapshot<AccountSnapshot> _accounts = null!;
    private Merchant _test = null!;
    private Merchant _live = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _stores = new ManagementStores(_source, _time);
        _test = (await _stores.Merchants.CreateFirstAsync("Acme", isTest: true, TestKey, "aks_test_…"))!;
        await _stores.Merchants.CompleteAsync();
        _live = (await _stores.Merchants.FindOfAccountAsync(_test.Id, isTest: false, CancellationToken.None))!.Merchant;
        _accounts = new Snapshot<AccountSnapshot>(AccountSnapshot.Create([], [])
            .With(new SecretKey { Id = Guid.NewGuid(), Digest = LiveKey, Merchant = _live })
            .With(new SecretKey { Id = Guid.NewGuid(), Digest = TestKey, Merchant = _test }));
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Open_LiveKey_SeesBothModes_TestKeyTestAlone()
    {
        var sessions = Sessions();
        var all = await FindAsync(sessions, await OpenAsync(sessions, LiveKey));
        var tried = await FindAsync(sessions, await OpenAsync(sessions, TestKey));

        Assert.Equal((_live.Id, _test.Id), (all!.MerchantOf(isTest: false), all.MerchantOf(isTest: true)));
        Assert.Equal((null, _test.Id), (tried!.MerchantOf(isTest: false), tried.MerchantOf(isTest: true)));
        Assert.Null(await sessions.OpenAsync(UInt256.Sha256("aks_live_b"u8), CancellationToken.None));
    }

    [Fact]
    public async Task Find_OfAnotherProcess_IsFoundInTheTable()
    {
        var secret = await OpenAsync(Sessions(), LiveKey);
        Assert.NotNull(await FindAsync(Sessions(), secret));
        Assert.Null(await FindAsync(Sessions(), new byte[DashboardSessions.SecretBytes]));
    }

    [Fact]
    public async Task Find_NotUsedForTwelveHours_HasEnded()
    {
        var sessions = Sessions();
        var secret = await OpenAsync(sessions, LiveKey);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(DashboardSessions.IdleMax - TimeSpan.FromMinutes(1));
            Assert.NotNull(await FindAsync(sessions, secret));
        }

        _time.Advance(DashboardSessions.IdleMax);
        Assert.Null(await FindAsync(sessions, secret));
        Assert.Null(await FindAsync(Sessions(), secret));
    }

    [Fact]
    public async Task Find_AfterSevenDaysOfUse_HasEnded()
    {
        var sessions = Sessions();
        var secret = await OpenAsync(sessions, LiveKey);
        for (var hours = 8; hours < 7 * 24; hours += 8)
        {
            _time.Advance(TimeSpan.FromHours(8));
            Assert.NotNull(await FindAsync(sessions, secret));
        }

        _time.Advance(TimeSpan.FromHours(8));
        Assert.Null(await FindAsync(sessions, secret));
    }

    [Fact]
    public async Task Find_ItsKeyWasDeleted_HasEnded()
    {
        var sessions = Sessions();
        var secret = await OpenAsync(sessions, LiveKey);
        _accounts.Swap(accounts => accounts.WithoutSecretKey(LiveKey));
        Assert.Null(await FindAsync(sessions, secret));
    }

    [Fact]
    public async Task EndAll_OfAnAccount_EndsEachOfThem()
    {
        var sessions = Sessions();
        byte[][] secrets = [await OpenAsync(sessions, LiveKey), await OpenAsync(sessions, TestKey)];
        await sessions.EndAllAsync((await FindAsync(sessions, secrets[0]))!.Account.Id, CancellationToken.None);
        Assert.Null(await FindAsync(sessions, secrets[0]));
        Assert.Null(await FindAsync(sessions, secrets[1]));
    }

    [Fact]
    public async Task RemoveOld_ForgetsWhatHasEndedAndNothingElse()
    {
        var sessions = Sessions();
        var old = await OpenAsync(sessions, LiveKey);
        _time.Advance(DashboardSessions.IdleMax + TimeSpan.FromHours(2));
        var young = await OpenAsync(sessions, LiveKey);
        await sessions.RemoveOldAsync(CancellationToken.None);

        Assert.Null(await _stores.Sessions.FindAsync(UInt256.Sha256(old), CancellationToken.None));
        Assert.NotNull(await _stores.Sessions.FindAsync(UInt256.Sha256(young), CancellationToken.None));
        Assert.True(await _stores.Sessions.AnyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task OpenFirst_IsTheOldestAccounts()
    {
        await _stores.Merchants.CreateAsync("Later", isTest: false);
        var sessions = Sessions();
        var session = await FindAsync(sessions, (await sessions.OpenFirstAsync(CancellationToken.None))!);
        Assert.Equal(("Acme", true), (session!.Account.Name, session.Account.IsFirst));
    }

    [Fact]
    public void Link_WorksOnceAndForAnHour()
    {
        var link = new OneTimeLink(_time);
        var first = link.Make();
        Assert.True(link.Matches(first));
        Assert.True(link.TryTake(first));
        Assert.False(link.TryTake(first));

        var late = link.Make();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(link.TryTake(late));
        Assert.False(new OneTimeLink(_time).TryTake(""));
    }

    [Fact]
    public void FormToken_IsOfItsSession()
    {
        byte[] one = [.. Encoding.UTF8.GetBytes(new string('a', DashboardSessions.SecretBytes))];
        byte[] other = [.. Encoding.UTF8.GetBytes(new string('b', DashboardSessions.SecretBytes))];
        Assert.True(SessionCookie.IsFormToken(one, SessionCookie.FormToken(one)));
        Assert.False(SessionCookie.IsFormToken(one, SessionCookie.FormToken(other)));
        Assert.False(SessionCookie.IsFormToken(one, null));
    }

    private DashboardSessions Sessions() => new(_stores, _accounts, _time);

    private static async Task<byte[]> OpenAsync(DashboardSessions sessions, UInt256 key) =>
        (await sessions.OpenAsync(key, CancellationToken.None))!;

    private static Task<DashboardSession?> FindAsync(DashboardSessions sessions, byte[] secret) =>
        sessions.FindAsync(secret, CancellationToken.None);
}
