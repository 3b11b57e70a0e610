using System.Security.Cryptography;

namespace Lava.Wallets.Journal;

/// <summary>
/// What a cut keeps. Three cases: what is before the damage, if that reaches PostgreSQL's position; else what follows that position
/// behind the damage (nothing is lost then); else nothing.
/// </summary>
internal sealed class CutPlan
{
    private readonly JournalOptions _options;
    private readonly string[] _paths;

    private CutPlan(JournalOptions options, long applied)
    {
        _options = options;
        _paths = SegmentFile.List(JournalDisk.Real, options.Directory);
        Applied = applied;
    }

    internal string Directory => _options.Directory;

    internal long Applied { get; }

    internal JournalInspection Inspection { get; private set; } = null!;

    internal IReadOnlyList<string> Moved { get; private set; } = [];

    /// <summary>A segment to be made; null where those that stay are enough.</summary>
    internal CutSegment? Made { get; private set; }

    /// <summary>Does nothing stay of the old journal?</summary>
    internal bool KeepsNothing { get; private set; }

    internal long KeptFrom { get; private set; } = long.MaxValue;

    internal long KeptTo { get; private set; } = long.MinValue;

    internal long LastSequence { get; private set; }

    internal IReadOnlyList<OpenHold> LostHolds { get; private set; } = [];

    internal static CutPlan Make(JournalOptions options, long applied)
    {
        var plan = new CutPlan(options, applied);
        var search = CutSearch.Read(options.Directory, applied);
        plan.Inspection = search.Inspection;
        plan.ThrowIfNothingToCut();
        plan.Decide(search);
        return plan;
    }

    private void ThrowIfNothingToCut()
    {
        var (node, oldest) = (Inspection.NodeId ?? _options.NodeId, Inspection.OldestSequence);
        if (node != _options.NodeId)
        {
            throw new JournalMismatchException($"The journal in {Directory} is node {node}'s; this is node {_options.NodeId}.");
        }

        if (_paths.Length > 0 && Applied < oldest - 1)
        {
            throw new JournalMismatchException(
                $"PostgreSQL has the journal up to record {Applied}, but {Directory} begins with {oldest}: a cut brings back nothing of "
                + "what is missing between. Put the database in place that this journal belongs to.");
        }

        if (Inspection.Damage is null && Inspection.LastSequence >= Applied)
        {
            throw new JournalException($"The journal in {Directory} is sound and reaches what PostgreSQL has: there is nothing to cut.");
        }
    }

    private void Decide(CutSearch search)
    {
        // A header that can't be read takes its segment with it; without any segment before it there is nothing to go on from.
        var damage = Inspection.Damage;
        var file = damage is null ? -1 : Array.IndexOf(_paths, damage.File);
        if (damage is not null && Inspection.LastSequence >= Applied && (damage.Offset > 0 || file > 0))
        {
            KeepBefore(damage, file);
        }
        else if (search.Next is { } next)
        {
            KeepBehind(next, file, search);
        }
        else
        {
            KeepNothing();
        }
    }

    private void KeepBefore(JournalDamage damage, int file)
    {
        Moved = _paths[file..];
        Made = damage.Offset > 0 ? CutSegment.Before(damage) : null;
        (KeptFrom, KeptTo, LastSequence) = (Inspection.OldestSequence, Inspection.LastSequence, Inspection.LastSequence);
    }

    private void KeepBehind(CutSearch.Place next, int damagedFile, CutSearch search)
    {
        var file = Array.IndexOf(_paths, next.File);
        var isSound = file != damagedFile && Inspection.Segments[file].SegmentBytes > 0;
        Moved = isSound ? _paths[..file] : _paths[..(file + 1)];
        Made = isSound ? null : CutSegment.Behind(next, Directory, Inspection, _options);
        (KeptFrom, KeptTo, LastSequence) = (Applied + 1, long.MaxValue, search.LastReadable);
        LostHolds = [.. Inspection.OpenHolds.Where(hold => !search.Later.Contains(hold.Entry.HoldId))];
    }

    private void KeepNothing()
    {
        KeepsNothing = true;
        Moved = _paths;
        var identity = new JournalIdentity(new Guid(RandomNumberGenerator.GetBytes(16)), _options.NodeId);
        Made = CutSegment.Empty(Directory, identity, Applied + 1, _options.SegmentBytes);
        LastSequence = Applied;
        LostHolds = Inspection.OpenHolds;
    }
}
