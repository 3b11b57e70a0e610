using Lava.Metering.Catalog;
using Lava.Postgres;
using Lava.Server;
using Lava.Server.Configuration;
using Lava.Tests.Postgres;
using Lava.Tests.Wallets.Journal;
using Npgsql;

namespace Lava.Tests.Server.Verification;

/// <summary>What can't be looked at is not proven: exit code 1, and an error that names the cure.</summary>
[Collection(PostgresCollection.Name)]
public sealed class VerifyCommandTests(PostgresServer server) : IDisposable
{
    private readonly TempDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Run_EmptyStore_ProvesAll()
    {
        var (code, output) = await RunAsync(await server.CreateDatabaseAsync());
        Assert.True(code == 0, output);
        Assert.Contains("checks hold", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Fault_ListsItWithExitCode1()
    {
        var store = await server.CreateDatabaseAsync();
        await ExecuteAsync(
            store, "insert into wallets (merchant_id, kind, posted) select gen_random_uuid(), 2, 12345 from generate_series(1, 12)");
        var (code, output) = await RunAsync(store);
        Assert.Equal(1, code);
        Assert.Contains("FAIL, 12 differences", output, StringComparison.Ordinal);
        Assert.Equal(10, output.Split('\n').Count(line => line.StartsWith("    wallet", StringComparison.Ordinal)));
        Assert.Contains("expected 0.0000000000, found 0.0000012345", output, StringComparison.Ordinal);
        Assert.Contains("and 2 more", output, StringComparison.Ordinal);
        Assert.Contains("1 of", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_Result_IsKeptForTheDashboard_UnlessToldNotTo(bool isRecorded)
    {
        var store = await server.CreateDatabaseAsync();
        await ExecuteAsync(store, "insert into wallets (merchant_id, kind, posted) values (gen_random_uuid(), 2, 12345)");
        var (_, output) = await RunAsync(store, isRecorded);

        await using var source = NpgsqlDataSource.Create(store);
        var latest = await new VerificationStore(source).LatestAsync(CancellationToken.None);
        Assert.Equal(isRecorded, latest is not null);
        if (latest is not null)
        {
            Assert.Equal(1, latest.Differences);
            Assert.Equal(output, latest.Report);
            Assert.InRange(latest.VerifiedAt, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        }
    }

    [Fact]
    public async Task Run_UserWhoMayOnlyRead_ProvesAllTheSame_AndSaysThatNothingIsKept()
    {
        var store = await server.CreateDatabaseAsync();
        var reading = new NpgsqlConnectionStringBuilder(store) { Options = "-c default_transaction_read_only=on" };
        var (code, output) = await RunAsync(reading.ConnectionString);
        Assert.True(code == 0, output);
        Assert.Contains("lava: the result is not kept", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoSchema_SaysSo() =>
        await AssertRefusedAsync(await server.CreateEmptyDatabaseAsync(), "no schema of lava");

    [Theory]
    [InlineData("insert into schema_migrations (version, name, checksum) values (9999, 'later', '')", "start the newer lava")]
    [InlineData("delete from schema_migrations where version = (select max(version) from schema_migrations)", "use the lava that serves")]
    [InlineData("update schema_migrations set checksum = 'x' where version = 1", "another build")]
    public async Task Run_AnotherSchema_IsRefused(string change, string said)
    {
        var store = await server.CreateDatabaseAsync();
        await ExecuteAsync(store, change);
        await AssertRefusedAsync(store, said);
    }

    [Fact]
    public async Task Run_NoServer_SaysSo() =>
        await AssertRefusedAsync("Host=127.0.0.1;Port=1;Username=lava;Password=secret;Timeout=2", "PostgreSQL: ");

    private async Task AssertRefusedAsync(string store, string said)
    {
        var (code, output) = await RunAsync(store);
        Assert.Equal(1, code);
        Assert.StartsWith("lava: ", output, StringComparison.Ordinal);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> RunAsync(string store, bool isRecorded = true)
    {
        var output = new StringWriter();
        var options = new StoreOptions(_data.Path, store, NodeId: 1);
        var code = await VerifyCommand.RunAsync(
            options, PriceCatalog.Shipped(), isRecorded, output, output, CancellationToken.None);
        return (code, output.ToString());
    }

    private static async Task ExecuteAsync(string store, string sql)
    {
        await using var source = NpgsqlDataSource.Create(store);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
