using Lava.Wallets.Journal;

namespace Lava.Server.Verification;

/// <summary>Writes what a cut of the journal moves, and every record that no book holds then.</summary>
internal sealed class CutReport(TextWriter output)
{
    private int _losses;

    public void Write(JournalCut cut, string directory, long position)
    {
        output.WriteLine(
            cut.Inspection.Damage is { } damage
                ? $"Damage: {damage.File}, offset {damage.Offset}: {damage.Reason}."
                : $"The journal ends with record {cut.Inspection.LastSequence}, before PostgreSQL's position.");
        output.WriteLine($"PostgreSQL has the journal to record {position}. A server will go on behind record {cut.LastSequence}.");
        output.WriteLine();
        output.WriteLine("To be moved aside (a sound part of a file stays):");
        foreach (var file in cut.Moved)
        {
            output.WriteLine($"  {file}");
        }

        WriteLosses(cut, directory, position);
    }

    private void WriteLosses(JournalCut cut, string directory, long position)
    {
        using var json = new JournalRecordJson();
        var inspector = new JournalInspector(directory);
        var expected = position + 1;
        output.WriteLine();
        output.WriteLine("Lost with it: records that are neither in PostgreSQL nor kept. Book by hand what a settle took:");
        while (inspector.TryRead(out var record))
        {
            if (record.Sequence >= expected)
            {
                WriteGap(expected, record.Sequence - 1);
                expected = record.Sequence + 1;
            }

            if (cut.Loses(record))
            {
                WriteLoss(json.Line(record));
            }
        }

        if (inspector.ToInspection().Damage is { NextFile: null } damage)
        {
            WriteLoss($"Records from {Math.Max(damage.Sequence, position + 1)} on, if there were any, can't be read.");
        }

        foreach (var hold in cut.LostHolds)
        {
            var entry = hold.Entry;
            WriteLoss($"Call {entry.HoldId} of wallet {entry.WalletId} was open, holding {entry.Held}: nobody will end it.");
        }

        if (_losses == 0)
        {
            output.WriteLine("nothing: PostgreSQL has all of it.");
        }
    }

    private void WriteGap(long from, long to)
    {
        if (from <= to)
        {
            WriteLoss(from == to ? $"Record {from} can't be read." : $"Records {from} to {to} can't be read.");
        }
    }

    private void WriteLoss(string line)
    {
        _losses++;
        output.WriteLine(line);
    }
}
