using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>Finds the holds without an end while the journal is read. Payloads are fetched at the end, for those few alone.</summary>
internal sealed class HoldScan
{
    private readonly Dictionary<Guid, Trace> _open = [];
    private long _order;

    internal void Track(in JournalEntry entry, int segment, int payloadOffset, int payloadLength)
    {
        switch (entry.Type)
        {
            case JournalRecordType.Reserve or JournalRecordType.Progress:
                // A PROGRESS opens a hold too: the segment with its RESERVE may have been deleted.
                ref var trace = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, entry.HoldId, out var known);
                trace = new Trace(entry, new Place(segment, payloadOffset, payloadLength), known ? trace.Order : _order++);
                break;
            default:
                _open.Remove(entry.HoldId);
                break;
        }
    }

    /// <summary>The same for the running journal; counts the holds into their segments.</summary>
    internal Dictionary<Guid, JournalSegment> ToTable(IReadOnlyList<JournalSegment> segments)
    {
        var table = new Dictionary<Guid, JournalSegment>(_open.Count);
        foreach (var (holdId, trace) in _open)
        {
            var segment = segments[trace.Place.Segment];
            segment.OpenHolds++;
            table.Add(holdId, segment);
        }

        return table;
    }

    internal IReadOnlyList<OpenHold> ToOpenHolds(IReadOnlyList<JournalSegment> segments, IJournalDisk disk)
    {
        var traces = _open.Values.ToArray();
        Array.Sort(traces, static (left, right) => left.Order.CompareTo(right.Order));
        return Array.ConvertAll(traces, trace => new OpenHold(trace.Entry, Read(segments, trace.Place, disk)));
    }

    private static byte[] Read(IReadOnlyList<JournalSegment> segments, Place place, IJournalDisk disk)
    {
        using var file = disk.OpenRead(segments[place.Segment].Path);
        var payload = new byte[place.Length];
        file.Read(payload, place.Offset);
        return payload;
    }

    private readonly record struct Place(int Segment, int Offset, int Length);

    private readonly record struct Trace(JournalEntry Entry, Place Place, long Order);
}
