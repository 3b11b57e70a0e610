namespace Lava.Wallets.Journal;

/// <summary>Makes a recovered directory ready for appending.</summary>
internal static class JournalOpener
{
    /// <summary>Keeps other processes out for as long as the result is open.</summary>
    internal static IDisposable Lock(string directory, IJournalDisk disk)
    {
        disk.CreateDirectory(directory);
        try
        {
            return disk.Lock(Path.Combine(directory, JournalFormat.LockName));
        }
        catch (IOException error)
        {
            throw new JournalException($"Another process has the journal in {directory} open.", error);
        }
    }

    internal static SegmentChain OpenSegments(
        JournalOptions options, JournalIdentity identity, RecoveryResult recovered, IJournalDisk disk,
        Func<SpareSegment, ISpareSource> drive)
    {
        ThrowIfChanged(options.Directory, recovered, disk);
        var last = recovered.Segments.Count > 0 ? OpenLast(recovered, disk) : null;
        var spare = drive(new SpareSegment(options.Directory, options.SegmentBytes, disk));
        var segments = new SegmentChain(options, identity, disk, spare);
        try
        {
            if (last is not null)
            {
                segments.Resume(recovered, last);
            }
            else
            {
                // The directory's own name must last as well.
                disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Directory)) ?? "/");
                segments.Roll(recovered.LastSequence + 1, JournalFormat.Seed(identity.JournalId));
            }

            return segments;
        }
        catch
        {
            segments.Dispose();
            throw;
        }
    }

    private static void ThrowIfChanged(string directory, RecoveryResult recovered, IJournalDisk disk)
    {
        var paths = SegmentFile.List(disk, directory);
        var same = paths.Length == recovered.Segments.Count;
        for (var i = 0; same && i < paths.Length; i++)
        {
            same = Path.GetFileName(paths[i]) == Path.GetFileName(recovered.Segments[i].Path);
        }

        if (!same)
        {
            throw new JournalException($"The journal in {directory} has other segments than the recovery read.");
        }
    }

    // A killed process may leave records that were written and not synced: recovery took them as they are, so they must be
    // durable before anything counts on them. What follows them is torn and must not meet the records to come.
    private static IJournalFile OpenLast(RecoveryResult recovered, IJournalDisk disk)
    {
        var path = recovered.Segments[^1].Path;
        var file = disk.Open(path);
        try
        {
            var length = file.Length;
            var tail = new byte[Math.Max(0, length - recovered.EndOffset)];
            file.Read(tail, recovered.EndOffset);
            var seed = JournalFormat.Seed(recovered.Identity!.Value.JournalId);
            if (RecordHeader.TryRead(tail, seed, out var next)
                && next.Sequence == recovered.LastSequence + 1
                && next.Previous == recovered.Chain)
            {
                throw new JournalException($"The journal {path} was written to after the recovery read it.");
            }

            if (length < recovered.LastSegmentBytes || tail.AsSpan().ContainsAnyExcept((byte)0))
            {
                SegmentFile.Zero(file, recovered.EndOffset, recovered.LastSegmentBytes);
            }

            file.Sync();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
