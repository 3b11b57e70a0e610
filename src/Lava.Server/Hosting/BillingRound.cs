using Lava.Billing.Credits;
using Lava.Billing.Subscriptions;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>
/// What billing has to do when its time has come. One round at a time, be it the worker's or that of a test clock. Each step of the
/// worker's round fails alone: the next round tries it again.
/// </summary>
internal sealed partial class BillingRound(Renewals renewals, CreditExpiry expiry, PaymentRound? payments, ILogger logger)
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>For all merchants without a test clock. Throws only when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var counts = default(RenewalCounts);
            await TryAsync("renewals", async () => counts = await renewals.RunAsync(null, cancellationToken), cancellationToken);
            if (counts != default)
            {
                await TryAsync("credit expiry", () => expiry.RunAsync(cancellationToken), cancellationToken);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>For one merchant, at its test clock's time.</summary>
    public async Task<RenewalCounts> RunAsync(Guid merchantId, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await RunPaymentsAsync(cancellationToken);
            var counts = await renewals.RunAsync(merchantId, cancellationToken);
            await expiry.RunAsync(cancellationToken);
            await RunPaymentsAsync(cancellationToken);
            return counts;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    // What the time that has come asks for: a retry of a declined card before the next renewal, an alert after it.
    private async Task RunPaymentsAsync(CancellationToken cancellationToken)
    {
        if (payments is not null)
        {
            await payments.LookAtDueWalletsAsync(cancellationToken);
            await payments.AttemptDuePaymentsAsync(cancellationToken);
        }
    }

    private async Task TryAsync(string step, Func<Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (StoreUnavailableException away)
        {
            LogUnavailable(logger, step, away.Message);
        }
        catch (Exception failure)
        {
            LogFailure(logger, failure, step);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Billing, {Step}: PostgreSQL is not available ({Reason}); trying again.")]
    private static partial void LogUnavailable(ILogger logger, string step, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Billing, {Step}: failed; trying again.")]
    private static partial void LogFailure(ILogger logger, Exception failure, string step);
}
