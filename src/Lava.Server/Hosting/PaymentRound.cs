using Lava.Gateway.Signals;
using Lava.Postgres;
using Lava.Server.Api.Payments;

namespace Lava.Server.Hosting;

/// <summary>What has to be done for payments. Each step fails alone: the next round tries it again.</summary>
internal sealed partial class PaymentRound(PaymentParts parts, BillingSignals signals, ILogger logger)
{
    /// <summary>Between two rounds: a customer whose credit has run out waits for so long at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A store that is away is told of once, not each second.
    private readonly HashSet<string> _away = [];
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private bool _areMatched;

    /// <summary>Tells of a limit that refused calls; null: nobody is told.</summary>
    public Func<LimitNotice, CancellationToken, Task>? TellOfLimit { get; init; }

    /// <summary>Throws only when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync("cards", MatchCardsAsync, cancellationToken);
        await TryAsync("due wallets", LookAtDueWalletsAsync, cancellationToken);
        await TryAsync("due payments", AttemptDuePaymentsAsync, cancellationToken);
        await TryAsync("refunds", parts.Refunds.RunDueAsync, cancellationToken);
        await TryAsync("disputes", parts.Disputes.RunDueAsync, cancellationToken);
        await TryAsync("limits", TellOfLimitsAsync, cancellationToken);
    }

    /// <summary>Wallets whose balance must be told, topped up or charged for.</summary>
    public async Task LookAtDueWalletsAsync(CancellationToken cancellationToken)
    {
        // A test clock's round may come beside the worker's.
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await parts.Watch.RunAsync(signals.TakeShorts(), cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Payments whose time has come, and those whose result is not known.</summary>
    public Task AttemptDuePaymentsAsync(CancellationToken cancellationToken) => parts.Cards.RunDueAsync(cancellationToken);

    // Who charges them changes with the process alone.
    private async Task MatchCardsAsync(CancellationToken cancellationToken) =>
        _areMatched = _areMatched || await parts.Acts.MatchCardsAsync(parts.Providers, cancellationToken);

    private async Task TellOfLimitsAsync(CancellationToken cancellationToken)
    {
        foreach (var notice in signals.TakeLimits())
        {
            await (TellOfLimit?.Invoke(notice, cancellationToken) ?? Task.CompletedTask);
        }
    }

    private async Task TryAsync(string step, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run(cancellationToken);
            _away.Remove(step);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception away) when (away is StoreUnavailableException or FencedException)
        {
            if (_away.Add(step))
            {
                LogUnavailable(logger, step, away.Message);
            }
        }
        catch (Exception failure)
        {
            LogFailure(logger, failure, step);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Payments, {Step}: PostgreSQL is not available ({Reason}); trying again each second.")]
    private static partial void LogUnavailable(ILogger logger, string step, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Payments, {Step}: failed; trying again in a second.")]
    private static partial void LogFailure(ILogger logger, Exception failure, string step);
}
