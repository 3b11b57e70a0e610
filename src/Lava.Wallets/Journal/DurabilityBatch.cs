using System.Runtime.CompilerServices;

namespace Lava.Wallets.Journal;

/// <summary>
/// Some of those whose records one commit made durable, run one after the other by one thread of the pool: waking a thread for each of
/// them would cost more than what they do. Pooled.
/// </summary>
internal sealed class DurabilityBatch(DurabilityWaiters owner) : IThreadPoolWorkItem
{
    // So many, then another thread may take the next: what each does is some 10 µs, most of it the answer's way into its socket.
    private const int Most = 8;

    private Waiters _waiters;
    private int _count;

    /// <summary>False where it is full.</summary>
    internal bool TryAdd(DurabilityWaiter waiter)
    {
        if (_count == Most)
        {
            return false;
        }

        _waiters[_count++] = waiter;
        return true;
    }

    /// <summary>To the thread pool, once.</summary>
    internal void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    public void Execute()
    {
        var waiters = _waiters;
        var count = _count;
        _waiters = default;
        _count = 0;
        owner.Return(this);
        foreach (var waiter in ((ReadOnlySpan<DurabilityWaiter>)waiters)[..count])
        {
            owner.Finish(waiter);
        }
    }

    [InlineArray(Most)]
    private struct Waiters
    {
        private DurabilityWaiter _first;
    }
}
