using Lava.Billing.Credits;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>What has to be done now and then. Each step fails alone: the others run, and the next round tries it again.</summary>
internal sealed partial class UpkeepRound
{
    /// <summary>Prices change by the day, credit expires rarely, a lost commit is rarer: a minute late is soon enough for all.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>As long as their provider could tell of them again.</summary>
    public static readonly TimeSpan EventsKept = TimeSpan.FromDays(30);

    private readonly PriceCatalog _prices;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FlusherWatch _watch;
    private DateOnly? _priceChange;
    private DateTimeOffset _forgottenAt;
    private DateTimeOffset _eventsForgottenAt;

    public UpkeepRound(PriceCatalog prices, TimeProvider time, ILogger logger)
    {
        (_prices, _time, _logger) = (prices, time, logger);
        _watch = new FlusherWatch(logger);
        _priceChange = prices.NextChange(Today());
    }

    public required Snapshot<PricingSnapshot> Pricing { get; init; }

    public required MeterPositions Positions { get; init; }

    public required Snapshot<AccountSnapshot> Accounts { get; init; }

    public required CreditGrants Grants { get; init; }

    public required CreditAdjustments Adjustments { get; init; }

    public required CreditExpiry Expiry { get; init; }

    public required Action AskForJobs { get; init; }

    public Func<CancellationToken, Task> ForgetCheckouts { get; init; } = _ => Task.CompletedTask;

    /// <summary>Forgets who has not used the dashboard for long.</summary>
    public Func<CancellationToken, Task> ForgetSessions { get; init; } = _ => Task.CompletedTask;

    public required FlushWorker Flusher { get; init; }

    public required Func<DateTimeOffset, CancellationToken, Task> AddMonths { get; init; }

    /// <summary>Forgets which limits were told of, where their time is over; null: nobody keeps it.</summary>
    public Func<DateTimeOffset, CancellationToken, Task>? ForgetLimits { get; init; }

    /// <summary>Removes provider's events that were handled before a moment.</summary>
    public Func<DateTimeOffset, CancellationToken, Task>? ForgetEvents { get; init; }

    /// <summary>Counts what of payments a person must look at.</summary>
    public Func<CancellationToken, Task>? CountPayments { get; init; }

    /// <summary>Throws only when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync("flusher", _ => Done(LookAtFlusher), cancellationToken);
        await TryAsync("prices", _ => Done(ChangePrices), cancellationToken);
        await TryAsync("meter positions", _ => Done(DropPositions), cancellationToken);
        await TryAsync("months of requests", token => AddMonths(_time.GetUtcNow(), token), cancellationToken);

        // Before the expiry: a grant that the live wallet lacks looks like money spent there.
        await TryAsync("grants in doubt", Grants.ResolveDoubtsAsync, cancellationToken);
        await TryAsync("adjustments in doubt", Adjustments.ResolveDoubtsAsync, cancellationToken);
        await TryAsync("credit expiry", Expiry.RunAsync, cancellationToken);
        await TryAsync("checkouts", ForgetCheckouts, cancellationToken);
        await TryAsync("dashboard sessions", ForgetSessions, cancellationToken);
        await TryAsync("jobs", _ => Done(AskForJobs), cancellationToken);
        await TryAsync("told limits", ForgetLimitsAsync, cancellationToken);
        await TryAsync("providers' events", ForgetEventsAsync, cancellationToken);
        await TryAsync("payments in review", token => CountPayments?.Invoke(token) ?? Task.CompletedTask, cancellationToken);
    }

    private static Task Done(Action step)
    {
        step();
        return Task.CompletedTask;
    }

    private async Task TryAsync(string step, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (StoreUnavailableException away)
        {
            LogUnavailable(_logger, step, away.Message);
        }
        catch (Exception failure)
        {
            LogFailure(_logger, failure, step);
        }
    }

    private async Task ForgetLimitsAsync(CancellationToken cancellationToken)
    {
        // It reads them all: not each minute.
        var now = _time.GetUtcNow();
        if (ForgetLimits is { } forget && now - _forgottenAt >= TimeSpan.FromHours(1))
        {
            await forget(now, cancellationToken);
            _forgottenAt = now;
        }
    }

    private async Task ForgetEventsAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (ForgetEvents is { } forget && now - _eventsForgottenAt >= TimeSpan.FromHours(1))
        {
            await forget(now - EventsKept, cancellationToken);
            _eventsForgottenAt = now;
        }
    }

    private void LookAtFlusher() => _watch.Look(Flusher.LastError, Flusher.RejectedRecords);

    private void ChangePrices()
    {
        var today = Today();
        if (_priceChange <= today)
        {
            var book = _prices.On(today);
            Pricing.Swap(current => current.With(book));
            _priceChange = _prices.NextChange(today);
        }
    }

    // One past cycle stays: calls that began in it may still run, and one that ended later would count from zero.
    private void DropPositions()
    {
        var customers = Accounts.Current.Customers;
        Positions.DropBefore(
            BillingCycle.StartOf(_time.GetUtcNow()).AddMonths(-1),
            (id, cycle) => customers.TryGetValue(id, out var customer) && customer.CycleStart == cycle);
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Upkeep, {Step}: PostgreSQL is not available ({Reason}); trying again in a minute.")]
    private static partial void LogUnavailable(ILogger logger, string step, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Upkeep, {Step}: failed; trying again in a minute.")]
    private static partial void LogFailure(ILogger logger, Exception failure, string step);
}
