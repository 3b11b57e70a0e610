using Lava.Billing.Webhooks;
using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>Tells webhooks of events, and forgets what is long over, until it is disposed.</summary>
internal sealed partial class WebhookWorker : IAsyncDisposable
{
    /// <summary>How soon an event is seen: sooner than a person notices, seldom enough to cost an idle PostgreSQL nothing.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>After a failure; PostgreSQL is mostly away for longer.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(5);

    /// <summary>Between two rounds of retention.</summary>
    public static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly WebhookDispatch _dispatch;
    private readonly DeliveryStore _deliveries;
    private readonly IDisposable _sender;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;
    private DateTimeOffset _nextRetention;

    /// <summary>Begins at once.</summary>
    /// <param name="outbox">What there is to tell.</param>
    /// <param name="deliveries">Whom it is still to be told.</param>
    /// <param name="sender">Tells it; disposed with this.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures go.</param>
    public WebhookWorker(IWebhookOutbox outbox, DeliveryStore deliveries, WebhookSender sender, TimeProvider time, ILogger logger)
    {
        (_deliveries, _sender, _time, _logger) = (deliveries, sender, time, logger);
        _dispatch = new WebhookDispatch(outbox, deliveries, sender, failure => LogUnnoted(logger, failure.Message), time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Sends that run are given up: their leases end, and they are sent again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _dispatch.DrainAsync();
        _sender.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var pause = await RoundAsync();
            if (pause > TimeSpan.Zero)
            {
                await _dispatch.WaitAsync(pause, _stop.Token);
            }
        }
    }

    private async Task<TimeSpan> RoundAsync()
    {
        try
        {
            var more = await _dispatch.RunAsync(_stop.Token);
            await ForgetAsync();
            return more ? TimeSpan.Zero : Interval;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (StoreUnavailableException away)
        {
            LogUnavailable(_logger, away.Message);
            return FailurePause;
        }
        catch (Exception failure)
        {
            LogFailure(_logger, failure);
            return FailurePause;
        }
    }

    private async Task ForgetAsync()
    {
        var now = _time.GetUtcNow();
        if (now >= _nextRetention)
        {
            _nextRetention = now + RetentionInterval;
            await _deliveries.RemoveAsync(now - WebhookLimits.Retention, _stop.Token);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks: PostgreSQL is not available ({Reason}); trying again soon.")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Webhooks: a round failed; trying again soon.")]
    private static partial void LogFailure(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks: how a delivery went could not be noted ({Reason}); it is sent again.")]
    private static partial void LogUnnoted(ILogger logger, string reason);
}
