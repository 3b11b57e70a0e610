namespace Lava.Gateway;

/// <summary>
/// The call's time limits. A phase only stores its deadline; one timer for all calls (<see cref="CallWatch"/>) compares. A timer of its
/// own for each phase of each call would cost two timer-queue operations per chunk.
/// </summary>
internal sealed partial class GatewayCall
{
    private const long Idle = 0;
    private const long Expired = -1;

    private long _deadline;
    private long _callDeadline;
    private CancellationTokenSource _cancellation = new();

    /// <summary>Cancelled when a deadline passes.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Did a time limit end the call?</summary>
    public bool TimedOut => Volatile.Read(ref _deadline) == Expired;

    /// <summary>Has the client gone?</summary>
    public bool DownstreamGone { get; private set; }

    /// <summary>Starts a phase that may last this long, within the limit of the whole call. Returns its first moment.</summary>
    public long Limit(TimeSpan phase)
    {
        var now = _time.GetTimestamp();
        var wanted = now + Ticks(phase);
        var current = Volatile.Read(ref _deadline);
        while (current != Expired)
        {
            // Read in the loop and looked at again after it: the client may go, and lower the call's limit, at any moment.
            var deadline = Math.Min(Volatile.Read(ref _callDeadline), wanted);
            var seen = Interlocked.CompareExchange(ref _deadline, deadline, current);
            if (seen == current && deadline <= Volatile.Read(ref _callDeadline))
            {
                break;
            }

            current = seen == current ? deadline : seen;
        }

        return now;
    }

    /// <summary>The client has gone: from now on the call only has the time to learn what it must charge.</summary>
    public void LimitDrain(TimeSpan drain)
    {
        DownstreamGone = true;
        var deadline = DeadlineAfter(drain);
        if (deadline < Volatile.Read(ref _callDeadline))
        {
            Volatile.Write(ref _callDeadline, deadline);
        }

        Limit(drain);
    }

    /// <summary>Called by the watch: cancels the call if its deadline has passed.</summary>
    public void CancelIfExpired(long now)
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline == Idle || deadline == Expired || deadline > now)
        {
            return;
        }

        // The source is read before the exchange: a call that ended and began anew has another deadline, and the exchange fails.
        var cancellation = _cancellation;
        if (Interlocked.CompareExchange(ref _deadline, Expired, deadline) == deadline)
        {
            cancellation.Cancel();
        }
    }

    private void BeginDeadlines(TimeSpan total)
    {
        DownstreamGone = false;
        var deadline = DeadlineAfter(total);
        Volatile.Write(ref _callDeadline, deadline);
        Volatile.Write(ref _deadline, deadline);
    }

    private void EndDeadlines()
    {
        // Expired: the watch is about to cancel this source, or has. It is left to it.
        if (Interlocked.Exchange(ref _deadline, Idle) == Expired || !_cancellation.TryReset())
        {
            _cancellation = new CancellationTokenSource();
        }
    }

    private long DeadlineAfter(TimeSpan span) => _time.GetTimestamp() + Ticks(span);
}
