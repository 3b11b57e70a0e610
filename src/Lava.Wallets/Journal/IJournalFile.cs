namespace Lava.Wallets.Journal;

/// <summary>An open file of the journal.</summary>
internal interface IJournalFile : IDisposable
{
    /// <summary>Bytes in it now.</summary>
    long Length { get; }

    /// <summary>Reads up to a buffer's length; less only at the file's end.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes; durable after the next <see cref="Sync"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes what was written durable. After an error nothing is known about it, nor does another sync tell.</summary>
    void Sync();
}
