namespace Lava.Tests.Wallets.Journal;

/// <summary>A directory of one test.</summary>
internal sealed class TempDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("lava-journal-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
