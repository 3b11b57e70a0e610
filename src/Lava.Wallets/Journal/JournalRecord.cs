namespace Lava.Wallets.Journal;

/// <summary>A record as <see cref="JournalInspector"/> finds it.</summary>
public readonly ref struct JournalRecord
{
    /// <summary>What moves money.</summary>
    public JournalEntry Entry { get; internal init; }

    /// <summary>Its number.</summary>
    public long Sequence { get; internal init; }

    /// <summary>The rest; valid until the next read.</summary>
    public ReadOnlySpan<byte> Payload { get; internal init; }

    /// <summary>Its segment.</summary>
    public string File { get; internal init; }

    /// <summary>Where it begins in it.</summary>
    public long Offset { get; internal init; }

    /// <summary>Whole in itself, but one before it is not: no server takes it.</summary>
    public bool IsBehindDamage { get; internal init; }
}
