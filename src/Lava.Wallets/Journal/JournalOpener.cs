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

        // A killed process may have made, renamed or deleted files and not come to this; the directory's own name must last as well.
        disk.SyncDirectory(options.Directory);
        disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Directory)) ?? "/");
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
            var room = new byte[Math.Clamp(length - recovered.EndOffset, 0, JournalFormat.MaxRecordBytes)];
            var tail = room.AsSpan(0, file.Read(room, recovered.EndOffset));
            var seed = JournalFormat.Seed(recovered.Identity!.Value.JournalId);
            if (RecordHeader.TryRead(tail, seed, out var next)
                && next.Sequence == recovered.LastSequence + 1
                && next.Previous == recovered.Chain)
            {
                throw new JournalException($"The journal {path} was written to after the recovery read it.");
            }

            if (length < recovered.LastSegmentBytes || !SegmentFile.EndsInZeros(file, recovered.EndOffset))
            {
                SegmentFile.Zero(file, recovered.EndOffset, recovered.LastSegmentBytes);
            }

            Rewrite(file, recovered.LastCommitOffset, recovered.EndOffset);
            file.Sync();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // If the sync of the last commit failed its pages may read well and be marked clean without being on disk: a sync alone would do
    // nothing. Written again they are dirty.
    private static void Rewrite(IJournalFile file, long from, long to)
    {
        var bytes = new byte[to - from];
        file.Read(bytes, from);
        file.Write(bytes, from);
    }
}
