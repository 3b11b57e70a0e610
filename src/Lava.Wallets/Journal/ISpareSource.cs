namespace Lava.Wallets.Journal;

/// <summary>Where the next segment comes from: a thread that makes it in time, or, step by step, whoever takes it.</summary>
internal interface ISpareSource : IDisposable
{
    /// <summary>Why there is none; null while there is one or one is being made.</summary>
    Exception? Error { get; }

    /// <summary>Gives the spare file its name and header; when this returns both are durable.</summary>
    /// <exception cref="JournalException">There is none, and none can be made.</exception>
    IJournalFile Take(string name, ReadOnlySpan<byte> header);

    /// <summary>Sees to one for the end, and makes none after it; false where there is no room, or not soon.</summary>
    bool TryMakeLast();
}
