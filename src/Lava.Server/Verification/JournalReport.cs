using System.Globalization;
using Lava.Core;
using Lava.Wallets.Journal;

namespace Lava.Server.Verification;

/// <summary>Writes what a journal directory says of itself, and what can be done where it is damaged.</summary>
internal sealed class JournalReport(TextWriter output)
{
    private static readonly JournalRecordType[] Types = Enum.GetValues<JournalRecordType>();

    /// <summary>The segments, the whole, the end.</summary>
    /// <param name="directory">The journal's.</param>
    /// <param name="journal">What was found.</param>
    /// <param name="position">How far PostgreSQL is, or why that is not known.</param>
    public void Write(string directory, JournalInspection journal, string position)
    {
        output.WriteLine(
            journal.NodeId is { } node
                ? $"Journal {journal.JournalId} of node {node} in {directory}"
                : $"No journal can be read in {directory}");
        output.WriteLine();
        WriteSegments(journal.Segments);
        output.WriteLine();
        output.WriteLine($"records     {Number(journal.OldestSequence)} to {Number(journal.LastSequence)}");
        output.WriteLine($"open calls  {Number(journal.OpenHolds.Count)}, holding {Sum(journal.OpenHolds)}");
        output.WriteLine($"PostgreSQL  {position}");
        output.WriteLine($"end         {EndOf(journal.End)}");
    }

    /// <summary>Where the damage is, what is readable behind it, and the ways on.</summary>
    public void WriteDamage(JournalDamage damage, string dataDirectory)
    {
        output.WriteLine();
        output.WriteLine($"DAMAGED: {damage.File}, offset {damage.Offset}: {damage.Reason}.");
        output.WriteLine($"  Everything before record {Number(damage.Sequence)} is sound.");
        output.WriteLine(
            damage.NextFile is null
                ? "  Behind it no record can be read."
                : $"  Behind it {Number(damage.ReadableBehind)} records can be read, the first is {Number(damage.NextSequence)}, "
                    + $"in {damage.NextFile} at offset {damage.NextOffset}.");
        output.WriteLine();
        output.WriteLine("The server does not start over a hole: charges that somebody was told of may have stood in it. The ways on:");
        output.WriteLine("  1. Put an undamaged copy of the file into its place, from a snapshot of the disk. Nothing is lost.");
        output.WriteLine($"  2. lava journal cut --data {dataDirectory}");
        output.WriteLine("     shows what would be lost, record by record, and changes nothing; with --accept-loss it moves the damaged");
        output.WriteLine("     part aside, and the server starts from what is left.");
    }

    private void WriteSegments(IReadOnlyList<SegmentInspection> segments)
    {
        var types = string.Concat(Types.Select(type => type.ToString().ToLowerInvariant().PadLeft(11)));
        output.WriteLine($"{"segment",-28} {"first",13} {"last",13} {"used",13} {"of",11}{types} {"debits",22}");
        foreach (var segment in segments)
        {
            var counts = string.Concat(Types.Select(type => Number(segment.Count(type)).PadLeft(11)));
            output.WriteLine(
                $"{Path.GetFileName(segment.File),-28} {Number(segment.FirstSequence),13} {Number(segment.LastSequence),13} "
                + $"{Number(segment.UsedBytes),13} {Number(segment.SegmentBytes),11}{counts} {Text(segment.Debits),22}");
        }
    }

    private static string EndOf(JournalEnd end) => end switch
    {
        JournalEnd.Clean => "clean: nothing stands behind the last record",
        JournalEnd.Torn => "an append that nobody was told is done: under way, or cut short and cleared by the next start",
        _ => "damaged, see below",
    };

    private static string Sum(IReadOnlyList<Wallets.OpenHold> holds) =>
        Text(holds.Aggregate((Int128)0, (sum, hold) => sum + hold.Entry.Held.Units));

    // Sums may leave the range of money.
    private static string Text(Int128 units) =>
        units <= Money.MaxValue.Units ? new Money((long)units).ToString() : $"{units} × 10⁻¹⁰";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
