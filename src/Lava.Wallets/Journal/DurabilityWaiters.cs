using System.Collections.Concurrent;

namespace Lava.Wallets.Journal;

/// <summary>
/// Those who wait for a ticket to become durable. They push themselves on a stack with a compare-and-swap; the writer takes the
/// whole stack after each commit, so nobody pops one and there is no ABA.
/// </summary>
internal sealed class DurabilityWaiters
{
    // As many as ever waited at once: bounded by the calls that the server admits.
    private readonly ConcurrentQueue<DurabilityWaiter> _idle = new();
    private readonly ConcurrentQueue<DurabilityBatch> _idleBatches = new();
    private DurabilityWaiter? _new;
    private DurabilityWaiter? _kept;
    private long _durable;
    private volatile bool _ended;
    private Exception? _failure;

    /// <summary>Does the thread pool run those who waited? Else whoever completes them: for a simulation, whose order is its own.</summary>
    internal bool OnPool { get; init; } = true;

    /// <summary>Tickets up to here are on disk.</summary>
    internal long DurableTicket => Volatile.Read(ref _durable);

    /// <summary>Has someone begun to wait since the writer last looked?</summary>
    internal bool HasNew => Volatile.Read(ref _new) is not null;

    /// <summary>Waits. When it returns true in <paramref name="missed"/> the writer may have looked too early: wake it.</summary>
    internal ValueTask WaitAsync(long ticket, out bool missed)
    {
        missed = false;
        if (DurableTicket >= ticket)
        {
            return default;
        }

        if (!_idle.TryDequeue(out var waiter))
        {
            waiter = new DurabilityWaiter(this);
        }

        // Its task is taken before it can be completed and reused.
        waiter.Ticket = ticket;
        var task = waiter.Task;
        Push(waiter);
        missed = DurableTicket >= ticket;
        if (_ended)
        {
            CompleteNew();
        }

        return task;
    }

    internal void Return(DurabilityWaiter waiter) => _idle.Enqueue(waiter);

    internal void Return(DurabilityBatch batch) => _idleBatches.Enqueue(batch);

    /// <summary>The writer: everything up to <paramref name="ticket"/> is on disk.</summary>
    internal void Publish(long ticket) => Volatile.Write(ref _durable, ticket);

    /// <summary>The writer: completes those whose record is on disk. Returns how many.</summary>
    internal int Complete()
    {
        // The exchange is a full fence: whoever is not in the stack yet will see the ticket that was published before.
        var fresh = Interlocked.Exchange(ref _new, null);
        var kept = _kept;
        _kept = null;
        return Complete(kept) + Complete(fresh);
    }

    /// <summary>The writer has ended: those who come later are completed or failed by themselves.</summary>
    internal void End(Exception? failure)
    {
        _failure = failure;
        _ended = true;
        Complete();
        DurabilityBatch? batch = null;
        for (var waiter = _kept; waiter is not null;)
        {
            var next = waiter.Next;
            Add(waiter, ref batch);
            waiter = next;
        }

        _kept = null;
        Run(batch);
    }

    private void Push(DurabilityWaiter waiter)
    {
        DurabilityWaiter? head;
        do
        {
            head = Volatile.Read(ref _new);
            waiter.Next = head;
        }
        while (Interlocked.CompareExchange(ref _new, waiter, head) != head);
    }

    private int Complete(DurabilityWaiter? waiter)
    {
        var durable = DurableTicket;
        var completed = 0;
        DurabilityBatch? batch = null;
        while (waiter is not null)
        {
            var next = waiter.Next;
            if (waiter.Ticket <= durable)
            {
                Add(waiter, ref batch);
                completed++;
            }
            else
            {
                waiter.Next = _kept;
                _kept = waiter;
            }

            waiter = next;
        }

        Run(batch);
        return completed;
    }

    private void CompleteNew()
    {
        DurabilityBatch? batch = null;
        for (var waiter = Interlocked.Exchange(ref _new, null); waiter is not null;)
        {
            var next = waiter.Next;
            Add(waiter, ref batch);
            waiter = next;
        }

        Run(batch);
    }

    private void Run(DurabilityBatch? batch)
    {
        if (OnPool)
        {
            batch?.Queue();
        }
        else
        {
            batch?.Execute();
        }
    }

    private void Add(DurabilityWaiter waiter, ref DurabilityBatch? batch)
    {
        if (batch is null && !_idleBatches.TryDequeue(out batch))
        {
            batch = new DurabilityBatch(this);
        }

        if (!batch.TryAdd(waiter))
        {
            Run(batch);
            batch = null;
            Add(waiter, ref batch);
        }
    }

    /// <summary>Runs what waited, or fails it where the writer ended before its record was on disk.</summary>
    internal void Finish(DurabilityWaiter waiter)
    {
        if (waiter.Ticket <= DurableTicket)
        {
            waiter.Complete();
        }
        else
        {
            waiter.Fail(new JournalFailedException(_failure ?? new ObjectDisposedException(nameof(JournalWriter))));
        }
    }
}
