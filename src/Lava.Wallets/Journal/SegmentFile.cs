namespace Lava.Wallets.Journal;

/// <summary>Finding, making and reading of segments.</summary>
internal static class SegmentFile
{
    /// <summary>Zeros are written in pieces, each synced, so that group commits next to it wait for one piece at most.</summary>
    private const int FillBytes = 4 << 20;

    /// <summary>Segments are read in pieces that stay in the processor's cache while they are looked through.</summary>
    internal const int PieceBytes = 256 << 10;

    /// <summary>The segments in the order of their records.</summary>
    internal static string[] List(IJournalDisk disk, string directory)
    {
        var paths = disk.List(directory, JournalFormat.SegmentSuffix);
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    /// <summary>
    /// Makes a file of zeros, on disk when this returns. Written, not only allocated: turning unwritten extents into written
    /// ones would cost each commit a metadata write.
    /// </summary>
    internal static IJournalFile CreateZeroed(IJournalDisk disk, string path, long bytes)
    {
        var file = disk.Create(path);
        try
        {
            Zero(file, 0, bytes);
            return file;
        }
        catch
        {
            file.Dispose();
            disk.Delete(path);
            throw;
        }
    }

    /// <summary>Overwrites with zeros and syncs.</summary>
    internal static void Zero(IJournalFile file, long from, long to)
    {
        var zeros = new byte[Math.Min(FillBytes, Math.Max(to - from, 0))];
        while (from < to)
        {
            var count = (int)Math.Min(zeros.Length, to - from);
            file.Write(zeros.AsSpan(0, count), from);
            from += count;
            file.Sync();
        }
    }

    /// <summary>Is there nothing but zeros from an offset to the end?</summary>
    internal static bool EndsInZeros(IJournalFile file, long from)
    {
        var piece = new byte[Math.Clamp(file.Length - from, 0, PieceBytes)];
        for (int count; (count = file.Read(piece, from)) > 0; from += count)
        {
            if (piece.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
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
