using Lava.Billing.Credits;
using Lava.Core;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>What has to be done now and then: prices that begin on a day, grants whose commit answer was lost.</summary>
internal sealed class Upkeep : IAsyncDisposable
{
    // Prices change by the day and a lost commit is rare: a minute late is soon enough for both.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Upkeep(PriceCatalog prices, Snapshot<PricingSnapshot> pricing, CreditGrants grants, TimeProvider time) =>
        _running = RunAsync(prices, pricing, grants, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(PriceCatalog prices, Snapshot<PricingSnapshot> pricing, CreditGrants grants, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var change = prices.NextChange(Today(time));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (change <= Today(time))
                {
                    var book = prices.On(Today(time));
                    pricing.Swap(current => current.With(book));
                    change = prices.NextChange(Today(time));
                }

                await ResolveDoubtsAsync(grants);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ResolveDoubtsAsync(CreditGrants grants)
    {
        try
        {
            await grants.ResolveDoubtsAsync(_stop.Token);
        }
        catch (StoreUnavailableException)
        {
            // The next round asks again.
        }
    }

    private static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
