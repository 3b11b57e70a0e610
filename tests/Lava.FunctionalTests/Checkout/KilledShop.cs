using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;
using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>A shop whose server is killed again and again: what each round has in common.</summary>
/// <param name="database">The server's database.</param>
/// <param name="shop">The shop.</param>
/// <param name="limit">A bound on a test that hangs.</param>
internal sealed class KilledShop(string database, StripeShop shop, TimeSpan limit) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(database);

    public LavaClient Client => shop.Client;

    public StripeStandIn Stripe => shop.Stripe;

    /// <summary>A bound on a test that hangs.</summary>
    public TimeSpan Limit => limit;

    /// <summary>
    /// Begins something that comes to a point, kills the server there and starts it again; then what is done again, and what must hold.
    /// </summary>
    public async Task RoundAsync(string name, ICrashPoint point, Func<Task> begin, Func<Task> again, Func<Task> assert)
    {
        try
        {
            await point.PassAsync(shop, database, begin, limit);
            await shop.StartAsync();
            await EndWaitsAsync();
            await again();
            await assert();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Killed at {name}: {failure.Message}", failure);
        }
    }

    /// <summary>All that Stripe has to tell is told twice: what held before must hold. The books hold.</summary>
    public async Task AssertAsync(Func<Task> assert)
    {
        Stripe.Webhooks.Deliveries = StandInDeliveries.Twice;
        await Stripe.Webhooks.DeliverAsync();
        await assert();
        await shop.AssertProvenAsync();
    }

    /// <summary>A number of the server's database.</summary>
    public async Task<long> ReadAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await shop.DisposeAsync();
    }

    // What a dead process had taken up is taken up again after minutes: they have passed. Payments need none.
    private async Task EndWaitsAsync()
    {
        await using var command = _source.CreateCommand("""
            update refunds set looked_at = looked_at - interval '2 min' where status < 2;
            update disputes set next_look_at = now() where not is_settled;
            update provider_events set next_attempt_at = now() where handled_at is null
            """);
        await command.ExecuteNonQueryAsync();
    }
}
