using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <content>A commit: everything here runs on the writer thread, or where there is none on the one that steps.</content>
public sealed partial class JournalWriter
{
    /// <summary>
    /// Bytes in one commit: about 1 ms of a disk's bandwidth, so that the first in a batch does not wait long for the last.
    /// </summary>
    private const int BatchBytes = 2 << 20;

    // When the commit that runs now began; 0: none does.
    private long _busySince;
    private uint _chain;
    private long _sequence;
    private long _synced;

    /// <summary>Commits what is published and completes those who wait for it; false where nothing was, or the disk has failed.</summary>
    internal bool TryStep()
    {
        if (_failure is not null)
        {
            return false;
        }

        try
        {
            Volatile.Write(ref _busySince, Stopwatch.GetTimestamp());
            var committed = TryCommit();
            Volatile.Write(ref _busySince, 0);
            _company = _waiters.Complete();
            return committed;
        }
        catch (Exception error)
        {
            End(error);
            return false;
        }
    }

    /// <summary>Writes and syncs what is published; false where nothing is.</summary>
    private bool TryCommit()
    {
        var start = _ring.Head;
        var run = start;
        var position = start;
        while (position - start < BatchBytes && _ring.TryPeek(position, out var record, out var next))
        {
            if (record.IsEmpty || _ring.IsLapStart(position) || !_segments.HasRoom(next - run))
            {
                Write(run, position);
                run = position;
            }

            if (record.IsEmpty)
            {
                run = next;
            }
            else
            {
                if (!_segments.HasRoom(record.Length))
                {
                    Roll();
                }

                _chain = RecordHeader.Seal(record, _seed, ++_sequence, _synced, _chain);
            }

            position = next;
        }

        if (position == start)
        {
            return false;
        }

        Write(run, position);
        _segments.Sync();
        _synced = _sequence;
        TrackHolds(start, position);
        Publish(position);
        return true;
    }

    private void Write(long from, long to)
    {
        if (to > from)
        {
            _segments.Write(_ring.Slice(from, to));
        }
    }

    private void Roll()
    {
        _segments.Sync();
        _synced = _sequence;
        _segments.Roll(_sequence + 1, _chain);
    }

    /// <summary>
    /// Begins a segment that stays empty, before a close: its header says where the records end, so that nothing that happens to the
    /// last commit afterwards passes for an append cut short. Returns what went wrong.
    /// </summary>
    private Exception? TrySeal()
    {
        try
        {
            if (_sequence >= _segments.Active.FirstSequence && _segments.TryMakeLast())
            {
                Roll();
            }

            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    // After the sync: a hold that ended in memory alone must keep its segment.
    private void TrackHolds(long from, long to)
    {
        while (from < to && _ring.TryPeek(from, out var record, out from))
        {
            if (!record.IsEmpty)
            {
                ref readonly var header = ref MemoryMarshal.AsRef<RecordHeader>(record);
                _holds.Track(header.Type, header.HoldId, _segments.Holding(header.Sequence));
            }
        }
    }

    private void Publish(long position)
    {
        Debug.Assert(_sequence >= _durableSequence);
        Volatile.Write(ref _durableSequence, _sequence);
        _waiters.Publish(position);
        _ring.Release(position);

        // Setting is a full fence; without someone who waits it is two reads.
        Interlocked.MemoryBarrier();
        if (!_space.IsSet)
        {
            _space.Set();
        }

        if (Volatile.Read(ref _more) is not null)
        {
            Interlocked.Exchange(ref _more, null)?.TrySetResult();
        }
    }
}
