using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresWatchTests(PostgresServer server)
{
    // A bound on a test that hangs, not an expectation.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private const string Nowhere = "Host=127.0.0.1;Port=1";

    [Fact]
    public async Task State_ServerStopsAndComesBack_SaysBothAndSinceWhen()
    {
        var connectionString = await server.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(connectionString);
        var changes = new SemaphoreSlim(0);
        await using var watch = new PostgresWatch(connectionString, source, _ => changes.Release(), TimeProvider.System);
        Assert.Null(watch.State.Away);
        var began = watch.State.Since;

        await server.StopAsync();
        Assert.True(await changes.WaitAsync(Limit));
        var away = watch.State;
        await server.RestartAsync();
        Assert.True(await changes.WaitAsync(Limit));

        Assert.NotNull(away.Away);
        Assert.True(away.Since > began);
        Assert.Null(watch.State.Away);
        Assert.True(watch.State.Since > away.Since);
    }

    [Fact]
    public async Task Stores_PostgresIsKnownToBeAway_RefuseWithoutAsking()
    {
        // The stores' own connections would work: only the watch stands in the way.
        await using var source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        var changed = new TaskCompletionSource();
        await using var watch = new PostgresWatch(Nowhere, source, _ => changed.TrySetResult(), TimeProvider.System);
        var store = new RequestStore(new StoreSource(source, watch));
        await changed.Task.WaitAsync(Limit);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.FindAsync(Guid.Empty, "any", CancellationToken.None));

        Assert.Equal(watch.State.Away, refused.Message);
        Assert.Null(await new RequestStore(source).FindAsync(Guid.Empty, "any", CancellationToken.None));
    }
}
