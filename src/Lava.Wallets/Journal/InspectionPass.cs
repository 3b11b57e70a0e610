using System.Globalization;

namespace Lava.Wallets.Journal;

/// <summary>
/// One look at a journal, by the same scan that a start makes; behind a damage that was seen before it goes on where a start ends.
/// </summary>
internal sealed class InspectionPass(string directory, JournalCorruptException? known)
{
    private readonly JournalScan _scan = new(directory, JournalDisk.Real);
    private readonly HoldScan _holds = new();
    private readonly List<SegmentInspection> _segments = [];
    private readonly List<JournalSegment> _files = [];
    private bool _inSegment;
    private SegmentHeader? _header;
    private DamageScan? _behind;
    private JournalDamage? _damage;

    /// <summary>The next readable record.</summary>
    /// <exception cref="JournalCorruptException">Damage that was not known before.</exception>
    internal bool TryRead(out JournalRecord record)
    {
        try
        {
            if (_behind is null && TryReadSound(out record))
            {
                return true;
            }
        }
        catch (JournalCorruptException damage) when (damage.File == known?.File && damage.Offset == known.Offset)
        {
            GoBehind(damage);
        }

        record = default;
        return _behind is not null && TryReadBehind(out record);
    }

    internal JournalInspection ToInspection() => new()
    {
        NodeId = _header?.NodeId,
        JournalId = _header?.JournalId,
        OldestSequence = _segments.Count > 0 ? _segments[0].FirstSequence : 1,
        LastSequence = _damage is null ? _scan.LastSequence : _damage.Sequence - 1,
        Segments = _segments,
        OpenHolds = _holds.ToOpenHolds(_files, JournalDisk.Real),
        End = _damage is not null ? JournalEnd.Damaged : _scan.IsTorn ? JournalEnd.Torn : JournalEnd.Clean,
        EndOffset = _scan.EndOffset,
        Damage = _damage,
    };

    private bool TryReadSound(out JournalRecord record)
    {
        record = default;
        while (true)
        {
            if (_inSegment && _scan.TryReadRecord(out var header, out var payload))
            {
                record = Take(header, payload, _scan.PayloadOffset - JournalFormat.HeaderBytes);
                return true;
            }

            _inSegment = _scan.TryReadSegment();
            if (!_inSegment)
            {
                return false;
            }

            AddSegment(_segments.Count, _scan.Header);
        }
    }

    private bool TryReadBehind(out JournalRecord record)
    {
        while (true)
        {
            if (_inSegment && _behind!.TryReadRecord(out var header, out var payload))
            {
                record = Take(header, payload, _behind.Offset);
                Count(record);
                return true;
            }

            _inSegment = _behind!.TryReadSegment();
            if (!_inSegment)
            {
                record = default;
                return false;
            }

            // The damaged one may have been read in part.
            if (_behind.Segment == _segments.Count)
            {
                AddSegment(_behind.Segment, _behind.Header);
            }
        }
    }

    private void GoBehind(JournalCorruptException damage)
    {
        var file = Array.IndexOf(_scan.Paths, damage.File);
        var bad = _scan.Segments.Count == 0 ? FirstSequence(file) : _scan.LastSequence + 1;
        _damage = new JournalDamage(damage.File, damage.Offset, bad, damage.Reason);
        _behind = new DamageScan(_scan.Paths, file, (int)damage.Offset, bad, _header?.JournalId);
        _inSegment = false;
    }

    private void AddSegment(int index, in SegmentHeader? header)
    {
        _header ??= header;
        _segments.Add(new SegmentInspection(_scan.Paths[index], header?.FirstSequence ?? FirstSequence(index), header?.SegmentBytes ?? 0));
        _files.Add(new JournalSegment(_scan.Paths[index], 0));
    }

    private JournalRecord Take(scoped in RecordHeader header, ReadOnlySpan<byte> payload, int offset)
    {
        var segment = _segments[^1];
        var entry = header.Entry;
        segment.Add(entry, header.Sequence, offset + JournalFormat.Align(header.Length));
        _holds.Track(entry, _segments.Count - 1, offset + JournalFormat.HeaderBytes, payload.Length);
        return new JournalRecord
        {
            Entry = entry,
            Sequence = header.Sequence,
            Payload = payload,
            File = segment.File,
            Offset = offset,
            IsBehindDamage = _behind is not null,
        };
    }

    private void Count(in JournalRecord record)
    {
        if (_damage!.ReadableBehind++ == 0)
        {
            _damage.NextFile = record.File;
            _damage.NextOffset = record.Offset;
            _damage.NextSequence = record.Sequence;
        }
    }

    // Where its header can't say it.
    private long FirstSequence(int index) =>
        long.TryParse(
            Path.GetFileNameWithoutExtension(_scan.Paths[index]), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : _scan.LastSequence + 1;
}
