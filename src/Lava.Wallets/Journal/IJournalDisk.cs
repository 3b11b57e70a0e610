namespace Lava.Wallets.Journal;

/// <summary>What the journal asks of a file system: the real one, or one in memory that loses what was not synced.</summary>
internal interface IJournalDisk
{
    /// <summary>Makes a directory that may be there already.</summary>
    void CreateDirectory(string path);

    /// <summary>Keeps other processes out until the result is disposed or the process ends. <see cref="IOException"/>: one is in.</summary>
    IDisposable Lock(string path);

    /// <summary>The files of a directory whose names end so; none where it is missing.</summary>
    string[] List(string directory, string suffix);

    /// <summary>Is there such a file?</summary>
    bool Exists(string path);

    /// <summary>An empty file, in place of one that was there.</summary>
    IJournalFile Create(string path);

    /// <summary>Opens for reading and writing.</summary>
    IJournalFile Open(string path);

    /// <summary>Opens for reading, from start to end.</summary>
    IJournalFile OpenRead(string path);

    /// <summary>Gives a file another name.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; open ones can still be read.</summary>
    void Delete(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void SyncDirectory(string path);
}
