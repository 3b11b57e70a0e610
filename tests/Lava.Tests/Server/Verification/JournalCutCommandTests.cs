using System.Text.Json.Nodes;
using Lava.Metering.Catalog;
using Lava.Server;
using Lava.Server.Configuration;
using Lava.Tests.Postgres;
using Lava.Tests.Postgres.Verification;
using Lava.Tests.Wallets.Journal;

namespace Lava.Tests.Server.Verification;

/// <summary>The commands on books whose journal has a damaged tail that PostgreSQL lacks: something is lost, and said.</summary>
[Collection(PostgresCollection.Name)]
public sealed class JournalCutCommandTests : IClassFixture<VerifiedBooks>, IDisposable
{
    private readonly TempDirectory _data = new();
    private readonly VerifiedBooks _books;
    private readonly StoreOptions _options;

    public JournalCutCommandTests(VerifiedBooks books)
    {
        _books = books;
        _options = new StoreOptions(_data.Path, books.ConnectionString, VerifiedBooks.Node);
        Directory.CreateDirectory(_options.Journal);
        foreach (var file in Directory.GetFiles(books.Journal, "*.journal"))
        {
            File.Copy(file, Path.Combine(_options.Journal, Path.GetFileName(file)));
        }
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Run_Sound_ProvesAll()
    {
        var (code, output) = await VerifyAsync();
        Assert.Equal(0, code);
        Assert.Contains("PostgreSQL has them to", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NotDamaged_CutsNothing()
    {
        var refused = await Assert.ThrowsAsync<Lava.Wallets.Journal.JournalException>(() => CutAsync(accepted: true));
        Assert.Contains("nothing to cut", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DamagedTail_NamesEachLostRecordAndCutsOnlyWhenTold()
    {
        Damage();
        Assert.Equal(1, (await VerifyAsync()).Code);

        var (code, output) = await CutAsync(accepted: false);
        Assert.Equal(1, code);
        Assert.Contains($"Record {_books.Position + 1} can't be read", output, StringComparison.Ordinal);
        var lost = output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["settle", "reserve", "settle"], lost.Take(3).Select(record => (string)record["type"]!));
        Assert.Equal(_books.Position + 2, (long)lost[0]["sequence"]!);
        Assert.NotEqual("0.0000000000", (string)lost[0]["debit"]!);
        Assert.StartsWith("req_test_", (string)lost[0]["request_id"]!, StringComparison.Ordinal);
        Assert.Equal(1, (await VerifyAsync()).Code);

        Assert.Equal(0, (await CutAsync(accepted: true)).Code);
        Assert.Equal(0, (await VerifyAsync()).Code);
        Assert.Single(Directory.GetDirectories(_options.Journal, "damaged-*"));
    }

    // The first record that PostgreSQL does not have.
    private void Damage()
    {
        var inspector = new Lava.Wallets.Journal.JournalInspector(_options.Journal);
        while (inspector.TryRead(out var record))
        {
            if (record.Sequence == _books.Position + 1)
            {
                using var file = File.OpenHandle(record.File, access: FileAccess.ReadWrite);
                RandomAccess.Write(file, [(byte)~record.Payload[0]], record.Offset + 64);
                return;
            }
        }
    }

    private async Task<(int Code, string Output)> CutAsync(bool accepted)
    {
        var output = new StringWriter();
        return (await JournalCutCommand.RunAsync(_options, accepted, output, CancellationToken.None), output.ToString());
    }

    private async Task<(int Code, string Output)> VerifyAsync()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await VerifyCommand.RunAsync(_options, PriceCatalog.Shipped(), isRecorded: true, output, error, CancellationToken.None);
        Assert.Empty(error.ToString());
        return (code, output.ToString());
    }
}
