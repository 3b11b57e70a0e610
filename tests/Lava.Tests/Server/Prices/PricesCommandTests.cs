using System.Globalization;
using Lava.Core;
using Lava.Metering.Catalog;
using Lava.Server;

namespace Lava.Tests.Server.Prices;

public sealed class PricesCommandTests : IDisposable
{
    private const string List = """
        {
          "gpt-4o": {
            "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 128000, "max_output_tokens": 16384,
            "input_cost_per_token": 2e-06, "output_cost_per_token": 9e-06, "input_cost_per_pixel": 1
          },
          "claude-opus-4": {
            "litellm_provider": "anthropic", "mode": "chat", "max_input_tokens": 200000, "max_output_tokens": 32000,
            "input_cost_per_token": 1.6e-05, "output_cost_per_token": 8e-05
          }
        }
        """;

    private static readonly DateOnly Day = new(2026, 11, 21);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lava-prices");
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Import_ToStdout_WritesTheFileThereAndTheRestToStderr()
    {
        Assert.Equal(0, PricesImportCommand.Run(Write(List), null, Day, null, _output, _error));
        Assert.Equal(
            "# Imported from list.json.\nversion 20261121\n\n"
            + "anthropic claude-opus-4 2026-11-21 input=16 output=80 context=200000 max_output=32000 source=litellm@2026-11-21\n"
            + "openai gpt-4o 2026-11-21 input=2 output=9 context=128000 max_output=16384 source=litellm@2026-11-21\n",
            _output.ToString());
        Assert.Equal("lava: 'input_cost_per_pixel' has no counterpart: 1 (first: gpt-4o)\nlava: 2 rows\n", _error.ToString());
    }

    [Fact]
    public void Import_ToAFile_CanBeServed()
    {
        var path = Path.Combine(_folder.FullName, "own.txt");
        Assert.Equal(0, PricesImportCommand.Run(Write(List), path, Day, null, _output, _error));
        Assert.Equal("", _output.ToString());
        var book = PriceCatalog.Shipped().With(PriceCatalog.Parse(File.ReadAllText(path), path)).On(Day);
        Assert.Equal(20261121, book.Version);
        Assert.True(book.TryFind("openai", "gpt-4o-2024-08-06"u8, out var price));
        Assert.Equal(Money.Parse("2"), price.Input);

        // The list's name is an alias in the shipped file, whose row keeps its other names.
        Assert.True(book.TryFind("anthropic", "claude-opus-4"u8, out var own));
        Assert.True(book.TryFind("anthropic", "claude-opus-4-0"u8, out var shipped));
        Assert.Equal((Money.Parse("16"), Money.Parse("15")), (own.Input, shipped.Input));
    }

    [Fact]
    public void Import_Unreadable_FailsAndWritesNothing()
    {
        var path = Path.Combine(_folder.FullName, "own.txt");
        Assert.Equal(1, PricesImportCommand.Run(Write("[]"), path, Day, null, _output, _error));
        Assert.Equal(1, PricesImportCommand.Run(Path.Combine(_folder.FullName, "none.json"), path, Day, null, _output, _error));
        Assert.Equal(1, PricesImportCommand.Run(Write(List), Path.Combine(_folder.FullName, "no", "own.txt"), Day, null, _output, _error));
        Assert.False(File.Exists(path));
        Assert.Contains("neither LiteLLM's", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-a-day", CommandLine.BadSettings)]
    [InlineData("2026-11-21", 0)]
    public async Task Import_BySwitches_ChecksTheDay(string since, int code)
    {
        var path = Path.Combine(_folder.FullName, "own.txt");
        string[] args = ["prices", "import", Write(List), "--out", path, "--since", since, "--provider", "openai"];
        Assert.Equal(code, await CommandLine.RunAsync(args));
        Assert.Equal(code == 0, File.Exists(path));
        Assert.Equal(code == 0 ? 1 : 0, code == 0 ? PriceCatalog.Parse(File.ReadAllText(path), path).Rows.Count : 0);
    }

    [Fact]
    public void List_Model_IsFoundByAnyNameAndWrittenAsARow()
    {
        Assert.Equal(0, PricesListCommand.Run(PriceCatalog.Shipped(), Day, "openai", "gpt-4o-2024-08-06", _output, _error));
        var row = Assert.Single(PriceCatalog.Parse(_output.ToString(), "list").Rows);
        Assert.Equal("gpt-4o", row.Price.Model);
    }

    [Theory]
    [InlineData("2026-08-31", "2")]
    [InlineData("2026-09-01", "3")]
    public void List_DatedRows_ShowsTheOneInForce(string day, string input)
    {
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(0, PricesListCommand.Run(PriceCatalog.Shipped(), date, "anthropic", "claude-sonnet-5", _output, _error));
        Assert.Equal(Money.Parse(input), Assert.Single(PriceCatalog.Parse(_output.ToString(), "list").Rows).Price.Input);
    }

    [Fact]
    public void List_Everything_IsAPriceFile()
    {
        var shipped = PriceCatalog.Shipped();
        Assert.Equal(0, PricesListCommand.Run(shipped, Day, null, null, _output, _error));
        var listed = PriceCatalog.Parse(_output.ToString(), "list");
        Assert.Equal(shipped.Version, listed.Version);
        Assert.Equal(shipped.InForceOn(Day).Count(), listed.Rows.Count);
    }

    [Fact]
    public void List_ModelOfSeveralProviders_ShowsEach()
    {
        Assert.Equal(0, PricesListCommand.Run(PriceCatalog.Shipped(), Day, null, "gemini-2.5-flash", _output, _error));
        Assert.Equal(
            ["google", "vertex"], PriceCatalog.Parse(_output.ToString(), "list").Rows.Select(row => row.Price.Provider).Order());
    }

    [Fact]
    public void List_NothingOfIt_Fails()
    {
        Assert.Equal(1, PricesListCommand.Run(PriceCatalog.Shipped(), Day, "openai", "no-such-model", _output, _error));
        Assert.Equal("", _output.ToString());
        Assert.Equal("lava: no price\n", _error.ToString());
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder.FullName, "list.json");
        File.WriteAllText(path, text);
        return path;
    }
}
