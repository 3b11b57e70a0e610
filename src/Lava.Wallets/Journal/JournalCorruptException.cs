namespace Lava.Wallets.Journal;

/// <summary>A record that was durable is damaged or missing. The server must not start: skipping it would lose a charge.</summary>
public sealed class JournalCorruptException(string file, long offset, string reason)
    : JournalException($"The journal is damaged: {file}, offset {offset}: {reason}.")
{
    /// <summary>The segment.</summary>
    public string File { get; } = file;

    /// <summary>Where in it, bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>What is wrong there.</summary>
    public string Reason { get; } = reason;
}
