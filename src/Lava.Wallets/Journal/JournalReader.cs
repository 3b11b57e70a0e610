using System.Globalization;
using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>
/// Reads the journal in order, while the writer appends to it. It returns only what the caller knows to be durable. One thread at
/// a time. Segments that it has not read yet must not be confirmed.
/// </summary>
public sealed class JournalReader : IDisposable
{
    /// <summary>Bytes read at once: some thousand records; holds the longest record.</summary>
    private const int BufferBytes = 1 << 20;

    private readonly IJournalDisk _disk;
    private readonly string _directory;
    private readonly long _after;
    private byte[] _buffer = [];
    private IJournalFile? _file;
    private string _path = "";
    private SegmentHeader _segment;
    private uint _seed;
    private uint _chain;
    private long _sequence;

    // The buffer holds _filled bytes of the file from _offset − _at, as they were when everything up to _filledUpTo was durable.
    private long _offset;
    private int _at;
    private int _filled;
    private long _filledUpTo;

    private JournalReader(string directory, long afterSequence, IJournalDisk disk)
    {
        _disk = disk;
        _directory = directory;
        _after = afterSequence;
        _sequence = afterSequence;
    }

    /// <summary>Starts behind a record; touches no file before the first read.</summary>
    /// <param name="directory">The journal's.</param>
    /// <param name="afterSequence">The last record that is not wanted; 0: from the first.</param>
    public static JournalReader Open(string directory, long afterSequence) => Open(directory, afterSequence, JournalDisk.Real);

    internal static JournalReader Open(string directory, long afterSequence, IJournalDisk disk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        return new JournalReader(directory, afterSequence, disk);
    }

    /// <summary>Reads the next record; false where the next one is after <paramref name="upToSequence"/>.</summary>
    /// <param name="upToSequence">The last record to return; it must be durable (<see cref="JournalWriter.DurableSequence"/>).</param>
    /// <param name="entry">What moves money.</param>
    /// <param name="sequence">The record's number: one more than the last.</param>
    /// <param name="payload">The rest; valid until the next call.</param>
    /// <exception cref="JournalCorruptException">A durable record is damaged or missing.</exception>
    /// <exception cref="JournalMismatchException">The first record wanted has been deleted.</exception>
    public bool TryRead(long upToSequence, out JournalEntry entry, out long sequence, out ReadOnlyMemory<byte> payload)
    {
        entry = default;
        sequence = _sequence;
        payload = default;
        if (_file is null && upToSequence > _after)
        {
            OpenFirst();
        }

        while (_sequence < upToSequence)
        {
            if (!TryNext(upToSequence, out var header))
            {
                OpenSegment(JournalFormat.SegmentPath(_directory, _sequence + 1));
                continue;
            }

            var start = _at;
            var size = JournalFormat.Align(header.Length);
            _at += size;
            _offset += size;
            _chain = header.Crc;
            _sequence++;
            if (_sequence > _after)
            {
                entry = header.Entry;
                sequence = _sequence;
                payload = _buffer.AsMemory(start + JournalFormat.HeaderBytes, header.Length - JournalFormat.HeaderBytes);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>The next record of this segment; false at its end.</summary>
    private bool TryNext(long upToSequence, out RecordHeader header)
    {
        header = default;
        if (_segment.SegmentBytes - _offset < JournalFormat.HeaderBytes)
        {
            return false;
        }

        // What was read before the record was durable may be half of it.
        if (_filledUpTo <= _sequence || _filled - _at < JournalFormat.HeaderBytes)
        {
            Fill(upToSequence);
        }

        var length = _filled - _at < sizeof(int) ? 0 : MemoryMarshal.Read<int>(_buffer.AsSpan(_at));
        if (length == 0)
        {
            return _sequence < _segment.FirstSequence ? throw Corrupt() : false;
        }

        if (length > _filled - _at - JournalFormat.Alignment)
        {
            Fill(upToSequence);
        }

        var valid = RecordHeader.TryRead(_buffer.AsSpan(_at, _filled - _at), _seed, out header)
            && header.Sequence == _sequence + 1 && header.Previous == _chain;
        return valid ? true : throw Corrupt();
    }

    private void Fill(long upToSequence)
    {
        _at = 0;
        _filled = _file!.Read(_buffer, _offset);
        _filledUpTo = upToSequence;
    }

    private void OpenFirst()
    {
        string? found = null;
        foreach (var path in SegmentFile.List(_disk, _directory))
        {
            if (long.Parse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture) <= _after + 1)
            {
                found = path;
            }
        }

        _file = null;
        OpenSegment(found ?? throw new JournalMismatchException($"The journal in {_directory} begins after record {_after + 1}."));
    }

    private void OpenSegment(string path)
    {
        if (!_disk.Exists(path))
        {
            throw Corrupt();
        }

        var first = _file is null;
        _file?.Dispose();
        _path = path;
        _file = _disk.OpenRead(path);
        _offset = 0;
        var bytes = (int)Math.Min(BufferBytes, _file.Length);
        if (_buffer.Length < bytes)
        {
            _buffer = new byte[bytes];
        }

        Fill(0);
        _segment = SegmentFile.ReadHeader(path, _buffer.AsSpan(0, _filled));
        if (!first && (_segment.Chain != _chain || _segment.FirstSequence != _sequence + 1))
        {
            throw new JournalCorruptException(path, 0, $"it does not continue after record {_sequence}");
        }

        _seed = JournalFormat.Seed(_segment.JournalId);
        _chain = _segment.Chain;
        _sequence = _segment.FirstSequence - 1;
        _offset = JournalFormat.HeaderBytes;
        _at = JournalFormat.HeaderBytes;
    }

    private JournalCorruptException Corrupt() => new(_path, _offset, $"record {_sequence + 1} is missing or damaged");
}
