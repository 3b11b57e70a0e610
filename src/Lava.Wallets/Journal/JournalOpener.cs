using Microsoft.Win32.SafeHandles;

namespace Lava.Wallets.Journal;

/// <summary>Makes a recovered directory ready for appending.</summary>
internal static class JournalOpener
{
    /// <summary>Keeps other processes out for as long as the result is open; the kernel drops it with the process.</summary>
    internal static FileStream Lock(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            var path = Path.Combine(directory, JournalFormat.LockName);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new JournalException($"Another process has the journal in {directory} open.", error);
        }
    }

    internal static SegmentChain OpenSegments(JournalOptions options, JournalIdentity identity, RecoveryResult recovered, JournalDisk disk)
    {
        ThrowIfChanged(options.Directory, recovered);
        var last = recovered.Segments.Count > 0 ? OpenLast(recovered, disk) : null;
        var segments = new SegmentChain(options, identity, disk);
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

    private static void ThrowIfChanged(string directory, RecoveryResult recovered)
    {
        var paths = JournalFormat.SegmentPaths(directory);
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
    private static SafeFileHandle OpenLast(RecoveryResult recovered, JournalDisk disk)
    {
        var path = recovered.Segments[^1].Path;
        var file = disk.Open(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            var tail = new byte[Math.Max(0, length - recovered.EndOffset)];
            SegmentFile.ReadFully(file, tail, recovered.EndOffset);
            var seed = JournalFormat.Seed(recovered.Identity!.Value.JournalId);
            if (RecordHeader.TryRead(tail, seed, out var next)
                && next.Sequence == recovered.LastSequence + 1
                && next.Previous == recovered.Chain)
            {
                throw new JournalException($"The journal {path} was written to after the recovery read it.");
            }

            if (length < recovered.LastSegmentBytes || tail.AsSpan().ContainsAnyExcept((byte)0))
            {
                disk.Zero(file, recovered.EndOffset, recovered.LastSegmentBytes);
            }

            disk.Sync(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
