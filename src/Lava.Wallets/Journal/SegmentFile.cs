using Microsoft.Win32.SafeHandles;

namespace Lava.Wallets.Journal;

/// <summary>Reading of segments.</summary>
internal static class SegmentFile
{
    internal static SafeFileHandle OpenRead(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    /// <summary>Reads up to a buffer's length; less only at the file's end.</summary>
    internal static int ReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = RandomAccess.Read(file, buffer[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    /// <summary>Reads a header and checks it against the file's name.</summary>
    internal static SegmentHeader ReadHeader(string path, ReadOnlySpan<byte> bytes)
    {
        if (!SegmentHeader.TryRead(bytes, out var header))
        {
            throw new JournalCorruptException(path, 0, "the header is damaged or of another version");
        }

        if (Path.GetFileName(JournalFormat.SegmentPath("", header.FirstSequence)) != Path.GetFileName(path))
        {
            throw new JournalCorruptException(path, 0, $"the file is named otherwise than its first record, {header.FirstSequence}");
        }

        return header;
    }
}
