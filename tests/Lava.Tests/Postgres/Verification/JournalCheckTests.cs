using Lava.Tests.Wallets.Journal;
using Lava.Wallets;
using Lava.Wallets.Journal;

namespace Lava.Tests.Postgres.Verification;

/// <summary>Faults of the journal's files, on copies of them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class JournalCheckTests(VerifiedBooks books) : IClassFixture<VerifiedBooks>, IDisposable
{
    private readonly TempDirectory _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task Run_DamagedRecord_SaysWhereAndWhatMayBeDone()
    {
        Copy();
        var first = Segments()[0];
        var bytes = await File.ReadAllBytesAsync(first);
        bytes[1000] ^= 1;
        await File.WriteAllBytesAsync(first, bytes);
        var failed = await FindAsync();
        Assert.Contains(first, failed, StringComparison.Ordinal);
        Assert.Contains("lava journal inspect", failed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoJournal_MissesWhatPostgresHas() =>
        Assert.Contains($"expected records up to {books.Position}", await FindAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task Run_AnotherNodesJournal_IsNotTakenForThisOne()
    {
        Copy();
        Assert.Contains("--node-id", await FindAsync(node: 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_JournalThatBeginsLater_FindsTheHole()
    {
        var options = new JournalOptions { Directory = _copy.Path, NodeId = VerifiedBooks.Node, SegmentBytes = 1 << 16 };
        await JournalWriter.Open(options, RecoveryResult.Empty(books.Position + 3), failure => throw failure).DisposeAsync();
        Assert.Contains(
            $"records {books.Position + 1} to {books.Position + 3}: expected in PostgreSQL", await FindAsync(), StringComparison.Ordinal);
    }

    // The first difference of the journal's own check, which alone fails.
    private async Task<string> FindAsync(int node = VerifiedBooks.Node)
    {
        var failed = (await books.VerifyAsync(journal: _copy.Path, node: node)).Where(result => !result.IsProven).ToList();
        Assert.StartsWith("the journal is whole", failed[0].Name, StringComparison.Ordinal);
        return failed[0].First[0];
    }

    private void Copy()
    {
        foreach (var file in Directory.GetFiles(books.Journal, "*.journal"))
        {
            File.Copy(file, Path.Combine(_copy.Path, Path.GetFileName(file)));
        }
    }

    private string[] Segments() => [.. Directory.GetFiles(_copy.Path, "*.journal").Order(StringComparer.Ordinal)];
}
