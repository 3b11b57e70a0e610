using Lava.Core;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class MerchantStoreTests(PostgresServer server) : IAsyncLifetime
{
    private NpgsqlDataSource _source = null!;
    private MerchantStore _store = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _store = new MerchantStore(_source, TimeProvider.System);
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Complete_TwiceAndAtOnce_GivesEachMerchantASiblingAndAFreePlanOnce()
    {
        var first = await _store.CreateFirstAsync("First", isTest: true, UInt256.Sha256("k"u8), "aks_test_...");
        var older = await _store.CreateAsync("Older", isTest: false);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _store.CompleteAsync()));
        await _store.CompleteAsync();

        Assert.Equal(4, await CountAsync("select count(*) from merchants"));
        Assert.Equal(2, await CountAsync("select count(*) from (select from merchants group by account_id having count(*) = 2) a"));
        Assert.Equal(4, await CountAsync("select count(distinct merchant_id) from plans where name = 'Free' and period_amount = 0"));
        Assert.Equal(4, await CountAsync("select count(*) from plans"));
        var live = await _store.FindOfAccountAsync(first!.Id, isTest: false, default);
        var test = await _store.FindOfAccountAsync(live!.Merchant.Id, isTest: true, default);
        Assert.Equal((first.Id, first.WalletId, live.AccountId), (test!.Merchant.Id, test.Merchant.WalletId, test.AccountId));
        Assert.NotEqual(first.WalletId, live.Merchant.WalletId);
        Assert.Equal("Older", await TextAsync(
            $"select name from merchants where account_id = '{older.Id}' and is_test"));
    }

    [Fact]
    public async Task Complete_AfterTheFreePlanWasDeleted_LeavesItSo()
    {
        await _store.CreateAsync("One", isTest: true);
        await _store.CompleteAsync();
        await CountAsync("with d as (update plans set deleted_at = now() returning 1) select count(*) from d");

        await _store.CompleteAsync();

        Assert.Equal(0, await CountAsync("select count(*) from plans where deleted_at is null"));
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
