namespace Lava.Billing.Webhooks;

/// <summary>
/// Tells webhooks of events: each at least once, those of one customer in their order. Every step is kept by the outbox and the queue
/// before the next begins, so that a process may die between any two.
/// </summary>
/// <param name="outbox">What there is to tell.</param>
/// <param name="queue">Whom it is still to be told.</param>
/// <param name="sender">Tells it.</param>
/// <param name="report">Is told of a delivery whose end could not be noted: it will be sent again.</param>
/// <param name="time">The clock.</param>
public sealed class WebhookDispatch(
    IWebhookOutbox outbox, IDeliveryQueue queue, IWebhookSender sender, Action<Exception> report, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _underWay = [];
    private readonly HashSet<Task> _sends = [];
    private TaskCompletionSource _ended = NewSignal();

    /// <summary>
    /// Writes what waits and begins what can be sent, without waiting for targets. True: there may be more. One round at a time.
    /// </summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var rendered = await outbox.RenderAsync(cancellationToken);
        var room = Room(out var underWay);
        List<WebhookDelivery> taken = room == 0 ? [] : await queue.TakeAsync(time.GetUtcNow(), room, underWay, cancellationToken);
        foreach (var delivery in taken)
        {
            Begin(delivery, cancellationToken);
        }

        return rendered == WebhookLimits.EventsPerRound || taken.Count > 0;
    }

    /// <summary>Until a send has ended, which may give another its turn, or a time has passed.</summary>
    public Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        Task ended;
        lock (_lock)
        {
            ended = _ended.Task;
        }

        return Task.WhenAny(ended, Task.Delay(pause, time, cancellationToken));
    }

    /// <summary>Until nothing is on its way: for the end, when the sends are cancelled.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_sends);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int Room(out Dictionary<Guid, int> underWay)
    {
        lock (_lock)
        {
            underWay = new Dictionary<Guid, int>(_underWay);
            if (_ended.Task.IsCompleted)
            {
                _ended = NewSignal();
            }

            return WebhookLimits.Sends - _sends.Count;
        }
    }

    private void Begin(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var webhook = delivery.Target.WebhookId;
        lock (_lock)
        {
            _underWay[webhook] = _underWay.GetValueOrDefault(webhook) + 1;
            var send = SendAsync(delivery, cancellationToken);
            _sends.Add(send);
            send.ContinueWith(Finish, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        void Finish(Task send)
        {
            lock (_lock)
            {
                _sends.Remove(send);
                if (--_underWay[webhook] == 0)
                {
                    _underWay.Remove(webhook);
                }

                _ended.TrySetResult();
            }
        }
    }

    private async Task SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var outcome = await sender.SendAsync(delivery, cancellationToken);
            var now = time.GetUtcNow();
            var next = DeliverySchedule.Next(delivery.Attempt, delivery.CreatedAt, now);
            var state = outcome.IsTaken ? DeliveryState.Delivered
                : outcome.IsGone ? DeliveryState.Cancelled
                : next is null ? DeliveryState.GivenUp
                : DeliveryState.Waiting;
            await queue.EndAsync(delivery, state, next, outcome, now, CancellationToken.None);
            if (outcome.IsGone)
            {
                await queue.CancelAsync(delivery.Target.WebhookId, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends: the lease does too, and somebody else sends it.
        }
        catch (Exception failure)
        {
            report(failure);
        }
    }
}
