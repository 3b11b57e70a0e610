namespace Lava.Wallets.Journal;

/// <summary>Reads what is whole behind a damage: nothing that a server may take, but all that an operator has to go by.</summary>
internal sealed class DamageScan(string[] paths, int first, int offset, long badSequence, Guid? journalId)
{
    private Guid? _journalId = journalId;
    private byte[] _bytes = [];
    private int _next = first;
    private int _at = Math.Max(offset, JournalFormat.HeaderBytes);
    private long _last = badSequence - 1;

    /// <summary>The index of the segment at hand.</summary>
    internal int Segment => _next - 1;

    /// <summary>Its header; null where it is damaged or another journal's.</summary>
    internal SegmentHeader? Header { get; private set; }

    /// <summary>Where the record read last begins.</summary>
    internal int Offset { get; private set; }

    internal bool TryReadSegment()
    {
        if (_next == paths.Length)
        {
            return false;
        }

        var path = paths[_next++];
        _bytes = new FileInfo(path).Length > JournalFormat.MaxSegmentBytes ? [] : File.ReadAllBytes(path);
        Header = null;
        if (SegmentHeader.TryRead(_bytes, out var header) && (_journalId ?? header.JournalId) == header.JournalId)
        {
            Header = header;
            _journalId = header.JournalId;
        }

        return true;
    }

    internal bool TryReadRecord(out RecordHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        header = default;
        while (_journalId is { } id && RecordSearch.TryFind(_bytes, JournalFormat.Seed(id), ref _at, out header))
        {
            Offset = _at;
            _at += JournalFormat.Align(header.Length);
            if (header.Sequence > _last)
            {
                _last = header.Sequence;
                payload = _bytes.AsSpan(Offset + JournalFormat.HeaderBytes, header.Length - JournalFormat.HeaderBytes);
                return true;
            }
        }

        _at = JournalFormat.HeaderBytes;
        return false;
    }
}
