using System.Collections.Concurrent;
using Lava.Metering;

namespace Lava.Gateway.Reporting;

/// <summary>
/// The reports that the database may not hold yet, so that a repetition finds the first. An entry goes when the database has it:
/// the index is as long as the flush is behind, and new reports are refused when it is full.
/// </summary>
internal sealed class ReportIndex(int capacity)
{
    private readonly ConcurrentDictionary<(Guid Merchant, string RequestId), Task<UsageRecord?>> _entries = new();
    private readonly ConcurrentQueue<(long Sequence, (Guid, string) Key)> _order = new();
    private int _trimming;
    private int _count;

    /// <summary>Is there no room for another? What a restart found is taken all the same.</summary>
    public bool IsFull => Volatile.Read(ref _count) >= capacity;

    /// <summary>Claims an id; false with the earlier claim's task when it is taken.</summary>
    public bool TryClaim(Guid merchant, string requestId, Task<UsageRecord?> mine, out Task<UsageRecord?> earlier)
    {
        earlier = _entries.GetOrAdd((merchant, requestId), mine);
        var isMine = ReferenceEquals(earlier, mine);
        if (isMine)
        {
            Interlocked.Increment(ref _count);
        }

        return isMine;
    }

    /// <summary>The claim's record is in the journal at or before this number: it stays until the database has it.</summary>
    public void Keep(Guid merchant, string requestId, long sequence) => _order.Enqueue((sequence, (merchant, requestId)));

    /// <summary>The claim came to nothing, or the database had the record.</summary>
    public void Drop(Guid merchant, string requestId) => Remove((merchant, requestId));

    /// <summary>Lets go of what the database has. One thread at a time; a second one leaves it to the first.</summary>
    public void Trim(long appliedSequence)
    {
        if (Interlocked.Exchange(ref _trimming, 1) == 1)
        {
            return;
        }

        while (_order.TryPeek(out var oldest) && oldest.Sequence <= appliedSequence && _order.TryDequeue(out oldest))
        {
            Remove(oldest.Key);
        }

        Volatile.Write(ref _trimming, 0);
    }

    private void Remove((Guid Merchant, string RequestId) key)
    {
        if (_entries.TryRemove(key, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
