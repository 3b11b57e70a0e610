using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>
/// The journal's files: closed segments, the active one, the spare one. All but <see cref="Confirm"/> and the figures belong to
/// the writer thread.
/// </summary>
internal sealed class SegmentChain : IDisposable
{
    private readonly string _directory;
    private readonly long _segmentBytes;
    private readonly JournalIdentity _identity;
    private readonly IJournalDisk _disk;
    private readonly ISpareSource _spare;

    // Guards the list: the writer adds when it rolls over, the flusher removes. Neither is on the path of an append.
    private readonly Lock _list = new();
    private readonly Lock _confirming = new();
    private readonly Queue<JournalSegment> _closed = new();
    private IJournalFile? _file;
    private long _capacity;
    private long _offset;
    private long _closedBytes;
    private long _sizeBytes;

    internal SegmentChain(JournalOptions options, JournalIdentity identity, IJournalDisk disk, ISpareSource spare)
    {
        _directory = options.Directory;
        _segmentBytes = options.SegmentBytes;
        _identity = identity;
        _disk = disk;
        _spare = spare;
        Active = new JournalSegment("", 0);
    }

    internal JournalSegment Active { get; private set; }

    /// <summary>Bytes of all records and headers on disk.</summary>
    internal long SizeBytes => Volatile.Read(ref _sizeBytes);

    internal Exception? SpareError => _spare.Error;

    internal long OldestSequence
    {
        get
        {
            lock (_list)
            {
                return _closed.TryPeek(out var oldest) ? oldest.FirstSequence : Active.FirstSequence;
            }
        }
    }

    /// <summary>The segment in which a record of the last commit stands.</summary>
    internal JournalSegment Holding(long sequence)
    {
        if (sequence >= Active.FirstSequence)
        {
            return Active;
        }

        lock (_list)
        {
            foreach (var segment in _closed)
            {
                if (segment.LastSequence >= sequence)
                {
                    return segment;
                }
            }
        }

        throw new UnreachableException($"Record {sequence} is in no segment.");
    }

    /// <summary>Goes on in the last of the segments that recovery read.</summary>
    internal void Resume(RecoveryResult recovered, IJournalFile file)
    {
        for (var i = 0; i < recovered.Segments.Count - 1; i++)
        {
            _closed.Enqueue(recovered.Segments[i]);
            _closedBytes += recovered.Segments[i].Bytes;
        }

        Active = recovered.Segments[^1];
        _file = file;
        _capacity = recovered.LastSegmentBytes;
        _offset = recovered.EndOffset;
        Volatile.Write(ref _sizeBytes, _closedBytes + _offset);
    }

    /// <summary>Makes the next segment the active one. What was written to the one before must be synced.</summary>
    internal void Roll(long firstSequence, uint chain)
    {
        var header = SegmentHeader.Create(_identity, firstSequence, chain, _segmentBytes);
        var path = JournalFormat.SegmentPath(_directory, firstSequence);
        var file = _spare.Take(path, MemoryMarshal.AsBytes(new ReadOnlySpan<SegmentHeader>(in header)));
        _file?.Dispose();
        var closing = _file is null ? null : Active;
        lock (_list)
        {
            if (closing is not null)
            {
                closing.LastSequence = firstSequence - 1;
                closing.Bytes = _offset;
                _closedBytes += _offset;
                _closed.Enqueue(closing);
            }

            Active = new JournalSegment(path, firstSequence);
            _file = file;
            _capacity = _segmentBytes;
            _offset = JournalFormat.HeaderBytes;
            Volatile.Write(ref _sizeBytes, _closedBytes + _offset);
        }
    }

    /// <summary>Is there a segment to close with? None is made after it.</summary>
    internal bool TryMakeLast() => _spare.TryMakeLast();

    internal bool HasRoom(long bytes) => _offset + bytes <= _capacity;

    internal void Write(ReadOnlySpan<byte> records)
    {
        _file!.Write(records, _offset);
        _offset += records.Length;
    }

    internal void Sync()
    {
        _file!.Sync();
        lock (_list)
        {
            Volatile.Write(ref _sizeBytes, _closedBytes + _offset);
        }
    }

    /// <summary>Deletes closed segments whose records are all in PostgreSQL and whose holds have all ended.</summary>
    internal void Confirm(long sequence)
    {
        lock (_confirming)
        {
            // Oldest first and never over one that must stay: recovery accepts no hole. The directory is synced after each,
            // or a crash might bring back an older one next to a gap.
            while (FindDeletable(sequence) is { } segment)
            {
                _disk.Delete(segment.Path);
                _disk.SyncDirectory(_directory);
                lock (_list)
                {
                    _closed.Dequeue();
                    _closedBytes -= segment.Bytes;
                    _sizeBytes -= segment.Bytes;
                }
            }
        }
    }

    public void Dispose()
    {
        _spare.Dispose();
        _file?.Dispose();
    }

    private JournalSegment? FindDeletable(long sequence)
    {
        lock (_list)
        {
            return _closed.TryPeek(out var oldest) && oldest.LastSequence <= sequence && oldest.OpenHolds == 0 ? oldest : null;
        }
    }
}
