using System.Collections.Concurrent;
using Lava.Metering;

namespace Lava.Gateway.Reporting;

/// <summary>
/// The reports that the database may not hold yet, so that a repetition finds the first. An entry goes when the database has it:
/// the index is as long as the flush is behind, which the journal's size limit bounds.
/// </summary>
internal sealed class ReportIndex
{
    private readonly ConcurrentDictionary<(Guid Merchant, string RequestId), Task<UsageRecord?>> _entries = new();
    private readonly ConcurrentQueue<(long Sequence, (Guid, string) Key)> _order = new();
    private int _trimming;

    /// <summary>Entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Claims an id; false with the earlier claim's task when it is taken.</summary>
    public bool TryClaim(Guid merchant, string requestId, Task<UsageRecord?> mine, out Task<UsageRecord?> earlier)
    {
        earlier = _entries.GetOrAdd((merchant, requestId), mine);
        return ReferenceEquals(earlier, mine);
    }

    /// <summary>The claim's record is in the journal at or before this number: it stays until the database has it.</summary>
    public void Keep(Guid merchant, string requestId, long sequence) => _order.Enqueue((sequence, (merchant, requestId)));

    /// <summary>The claim came to nothing, or the database had the record.</summary>
    public void Drop(Guid merchant, string requestId) => _entries.TryRemove((merchant, requestId), out _);

    /// <summary>Lets go of what the database has. One thread at a time; a second one leaves it to the first.</summary>
    public void Trim(long appliedSequence)
    {
        if (Interlocked.Exchange(ref _trimming, 1) == 1)
        {
            return;
        }

        while (_order.TryPeek(out var oldest) && oldest.Sequence <= appliedSequence && _order.TryDequeue(out oldest))
        {
            _entries.TryRemove(oldest.Key, out _);
        }

        Volatile.Write(ref _trimming, 0);
    }
}
