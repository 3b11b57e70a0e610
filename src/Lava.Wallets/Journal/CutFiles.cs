using System.Globalization;
using System.Runtime.InteropServices;

namespace Lava.Wallets.Journal;

/// <summary>
/// Carries a cut out. Its order makes it safe: while a damaged segment lies there, or the journal ends before PostgreSQL's position, a
/// start refuses; one rename ends that.
/// </summary>
internal sealed class CutFiles(CutPlan plan, IJournalDisk disk)
{
    private const string TemporaryName = "cut.tmp";

    private readonly string _folder = FreeFolder(plan);

    private string Temporary => Path.Combine(plan.Directory, TemporaryName);

    internal string Run()
    {
        disk.CreateDirectory(_folder);
        disk.SyncDirectory(plan.Directory);
        if (plan.Made is { } made)
        {
            Write(made);
        }

        if (plan.KeepsNothing)
        {
            // The last one first: what is left ends before PostgreSQL's position, and so does an empty directory.
            MoveAside(plan.Moved.Reverse());
            PutInPlace();
        }
        else
        {
            // The first one first: those that stay, or go later, say that there was something before them.
            PutInPlace();
            MoveAside(plan.Moved.Where(path => path != plan.Made?.Path));
        }

        return _folder;
    }

    private void Write(CutSegment made)
    {
        using var file = SegmentFile.CreateZeroed(disk, Temporary, made.Header.SegmentBytes);
        var header = made.Header;
        file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<SegmentHeader>(in header)), 0);
        file.Write(made.Records.Span, JournalFormat.HeaderBytes);
        file.Sync();
    }

    private void PutInPlace()
    {
        if (plan.Made is not { } made)
        {
            return;
        }

        if (File.Exists(made.Path))
        {
            // A copy, so that the name is never without a segment.
            File.Copy(made.Path, Aside(made.Path));
            using (var copy = disk.Open(Aside(made.Path)))
            {
                copy.Sync();
            }

            disk.SyncDirectory(_folder);
        }

        File.Move(Temporary, made.Path, overwrite: true);
        disk.SyncDirectory(plan.Directory);
    }

    private void MoveAside(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            disk.Rename(path, Aside(path));
            disk.SyncDirectory(_folder);
            disk.SyncDirectory(plan.Directory);
        }
    }

    private string Aside(string path) => Path.Combine(_folder, Path.GetFileName(path));

    // Another one where an earlier cut, or one that a crash cut short, has left its own.
    private static string FreeFolder(CutPlan plan)
    {
        var bad = plan.Inspection.Damage?.Sequence ?? plan.Inspection.LastSequence + 1;
        var name = Path.Combine(plan.Directory, "damaged-" + bad.ToString(CultureInfo.InvariantCulture));
        var folder = name;
        for (var i = 2; Directory.Exists(folder); i++)
        {
            folder = name + "-" + i.ToString(CultureInfo.InvariantCulture);
        }

        return folder;
    }
}
