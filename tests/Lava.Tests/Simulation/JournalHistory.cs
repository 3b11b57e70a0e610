using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>What was appended under each sequence number, seen from outside; after a restart cut off where the journal was.</summary>
internal sealed class JournalHistory
{
    private readonly List<JournalEntry> _entries = [];

    public long Last => _entries.Count;

    /// <summary>The last record that anybody was told to be durable.</summary>
    public long Told { get; private set; }

    public JournalEntry this[long sequence] => _entries[(int)sequence - 1];

    public long Add(in JournalEntry entry)
    {
        _entries.Add(entry);
        return Last;
    }

    public void Tell(long sequence) => Told = Math.Max(Told, sequence);

    /// <summary>A restart found records up to here.</summary>
    public void CutOff(long last)
    {
        if (last < Told)
        {
            throw new SimulationFailedException($"The journal ends with {last}, but {Told} was told durable.");
        }

        if (last > Last)
        {
            throw new SimulationFailedException($"The journal ends with {last}, but only {Last} were appended.");
        }

        _entries.RemoveRange((int)last, _entries.Count - (int)last);
    }

    public void CheckSame(long sequence, in JournalEntry entry)
    {
        if (sequence > Last || this[sequence] != entry)
        {
            var appended = sequence > Last ? "nothing" : this[sequence].ToString();
            throw new SimulationFailedException($"Record {sequence} is {entry}, but {appended} was appended.");
        }
    }
}
