using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class MigratorTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly Migration First = new(1, "first", "create table a (n int); insert into a values (1)");
    private static readonly Migration Second = new(2, "second", "create table b (n int)");
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync() => _source = NpgsqlDataSource.Create(await server.CreateEmptyDatabaseAsync());

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Apply_Twice_AppliesOnce()
    {
        Assert.Equal(1, await ApplyAsync(First));
        Assert.Equal(0, await ApplyAsync(First));
        Assert.Equal(1, await ApplyAsync(First, Second));
        Assert.Equal(1L, await ScalarAsync("select count(*) from a"));
    }

    [Fact]
    public async Task Apply_ManyAtOnce_AppliesOnce()
    {
        var applied = await Task.WhenAll(ApplyAsync(First, Second), ApplyAsync(First, Second), ApplyAsync(First, Second));

        Assert.Equal(2, applied.Sum());
    }

    [Fact]
    public async Task Apply_DatabaseIsNewer_IsRefused()
    {
        await ApplyAsync(First, Second);

        var exception = await Assert.ThrowsAsync<SchemaMismatchException>(() => ApplyAsync(First));

        Assert.Contains("version 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_StepWasChanged_IsRefused()
    {
        await ApplyAsync(First);

        await Assert.ThrowsAsync<SchemaMismatchException>(() => ApplyAsync(First with { Sql = "select 1" }, Second));

        Assert.Equal(1L, await ScalarAsync("select count(*) from schema_migrations"));
    }

    [Fact]
    public async Task Apply_StepFails_LeavesNothingOfIt()
    {
        await Assert.ThrowsAsync<PostgresException>(() => ApplyAsync(First, new Migration(2, "bad", "create table b (n int); select 1/0")));

        Assert.Equal(1L, await ScalarAsync("select count(*) from schema_migrations"));
        Assert.Equal(0L, await ScalarAsync("select count(*) from pg_class where relname = 'b'"));
        Assert.Equal(1, await ApplyAsync(First, Second));
    }

    [Fact]
    public async Task Apply_EmbeddedSteps_CountUpFromOne()
    {
        var steps = Migration.Embedded();

        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(step => step.Version));
        Assert.Equal(steps.Count, await new Migrator(_source).ApplyAsync(CancellationToken.None));
    }

    private Task<int> ApplyAsync(params Migration[] steps) => new Migrator(_source, steps).ApplyAsync(CancellationToken.None);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
