namespace Lava.Wallets.Journal;

/// <summary>Goes through all segments once, at start: proves the chain and finds its end.</summary>
internal sealed class JournalScan(string directory, IJournalDisk disk)
{
    private readonly string[] _paths = SegmentFile.List(disk, directory);
    private readonly List<JournalSegment> _segments = [];
    private byte[] _piece = [];
    private byte[] _bytes = [];
    private int _length;
    private int _used;

    // Behind it no segment has put anything into the array.
    private int _touched;
    private int _offset;
    private int _commitOffset;
    private uint _seed;
    private uint _chain;
    private SegmentHeader _segment;

    /// <summary>The files that it goes through, listed once: beside a running server a second look could differ.</summary>
    internal string[] Paths => _paths;

    /// <summary>Those read so far, the last one in part.</summary>
    internal IReadOnlyList<JournalSegment> Segments => _segments;

    /// <summary>The last record read, or the one before the first.</summary>
    internal long LastSequence { get; private set; }

    /// <summary>Where the payload of the record read last begins in its file.</summary>
    internal int PayloadOffset { get; private set; }

    /// <summary>The header of the segment read last.</summary>
    internal SegmentHeader Header => _segment;

    /// <summary>Where the records of the segment read last end.</summary>
    internal int EndOffset => _offset;

    /// <summary>Does anything stand behind the last record? Without an exception: an append that never ended.</summary>
    internal bool IsTorn { get; private set; }

    // Of the segment what can hold records: what is not zero, and room for one that begins there and ends in zeros.
    private ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Math.Min(_length, _used + JournalFormat.MaxRecordBytes));

    /// <summary>Reads the next segment.</summary>
    internal bool TryReadSegment()
    {
        if (_segments.Count == _paths.Length)
        {
            return false;
        }

        var path = _paths[_segments.Count];
        Load(path);
        var header = SegmentFile.ReadHeader(path, Written);
        if (_segments.Count > 0)
        {
            CheckContinues(path, header);
        }

        _segment = header;
        _seed = JournalFormat.Seed(header.JournalId);
        _chain = header.Chain;
        LastSequence = header.FirstSequence - 1;
        _offset = _commitOffset = JournalFormat.HeaderBytes;
        _segments.Add(new JournalSegment(path, header.FirstSequence));
        return true;
    }

    /// <summary>Reads the segment's next record; false at its end.</summary>
    internal bool TryReadRecord(out RecordHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var rest = Written[_offset..];
        if (!RecordHeader.TryRead(rest, _seed, out header) || header.Sequence != LastSequence + 1 || header.Previous != _chain)
        {
            EndSegment();
            return false;
        }

        if (header.SyncedSequence == LastSequence)
        {
            _commitOffset = _offset;
        }

        PayloadOffset = _offset + JournalFormat.HeaderBytes;
        payload = rest[JournalFormat.HeaderBytes..header.Length];
        _offset += JournalFormat.Align(header.Length);
        _chain = header.Crc;
        LastSequence++;
        return true;
    }

    internal RecoveryResult ToResult(long tailRecords, HoldScan holds) =>
        _segments.Count == 0
            ? RecoveryResult.Empty()
            : new RecoveryResult
            {
                LastSequence = LastSequence,
                OldestSequence = _segments[0].FirstSequence,
                TailRecords = tailRecords,
                Identity = new JournalIdentity(_segment.JournalId, _segment.NodeId),
                Chain = _chain,
                Segments = _segments,
                Holds = holds.ToTable(_segments),
                OpenHolds = holds.ToOpenHolds(_segments, disk),
                LastCommitOffset = _commitOffset,
                EndOffset = _offset,
                LastSegmentBytes = _segment.SegmentBytes,
            };

    private void CheckContinues(string path, in SegmentHeader header)
    {
        if (header.JournalId != _segment.JournalId || header.NodeId != _segment.NodeId)
        {
            throw new JournalCorruptException(path, 0, "the segment belongs to another journal");
        }

        // A segment is synced before the next one is made: whatever is missing at its end was durable.
        if (header.FirstSequence != LastSequence + 1 || header.Chain != _chain)
        {
            throw new JournalCorruptException(
                _segments[^1].Path, _offset, $"record {LastSequence + 1} is missing or damaged, but {Path.GetFileName(path)} follows");
        }
    }

    private void EndSegment()
    {
        var segment = _segments[^1];
        segment.Bytes = _offset;
        segment.LastSequence = LastSequence;

        // A segment has its full length on disk before it gets its name, and no append changes it: no crash leaves another one.
        if (_length != _segment.SegmentBytes)
        {
            throw new JournalCorruptException(
                segment.Path, _offset, $"the file has {_length} bytes, but was made with {_segment.SegmentBytes}");
        }

        if (_segments.Count < _paths.Length)
        {
            return;
        }

        segment.LastSequence = long.MaxValue;
        var proof = TornTail.FindProofOfDamage(Written, _offset, _seed, LastSequence + 1);
        if (proof >= 0)
        {
            throw new JournalCorruptException(
                segment.Path, _offset,
                $"record {LastSequence + 1} is missing or damaged, but one that was written later stands at {proof}");
        }

        IsTorn = Written[_offset..].ContainsAnyExcept((byte)0);
    }

    private void Load(string path)
    {
        using var file = disk.OpenRead(path);
        var length = file.Length;
        if (length > JournalFormat.MaxSegmentBytes)
        {
            throw new JournalCorruptException(path, 0, "the file is longer than a segment can be");
        }

        if (_bytes.Length < length)
        {
            _bytes = new byte[length];
            _touched = 0;
        }

        if (_piece.Length < Math.Min(length, SegmentFile.PieceBytes))
        {
            _piece = new byte[Math.Min(length, SegmentFile.PieceBytes)];
        }

        // A piece of zeros is left out: the array has them already, and its pages need not be touched. Most of the last segment is zeros.
        var count = 0;
        for (_length = _used = 0; _length < length; _length += count)
        {
            count = file.Read(_piece.AsSpan(0, (int)Math.Min(_piece.Length, length - _length)), _length);
            if (count == 0)
            {
                break;
            }

            if (_piece.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                _piece.AsSpan(0, count).CopyTo(_bytes.AsSpan(_length));
                _used = _length + count;
            }
            else if (_length < _touched)
            {
                _bytes.AsSpan(_length, count).Clear();
            }
        }

        _touched = Math.Max(_touched, _used);
    }
}
