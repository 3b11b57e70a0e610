using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering.Catalog;
using Lava.Metering.Catalog.Import;

namespace Lava.Tests.Metering.Catalog;

public sealed class PriceImportHostileTests
{
    private const string Sound = """
        "good": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 }
        """;

    private static readonly DateOnly Day = new(2026, 11, 21);

    // Whatever a list holds, what is written can be served, and a bad entry takes no good one with it.
    [Theory]
    [InlineData("""{"litellm_provider":"#x","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"version","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"inherit","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"a\u0001b","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-30,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-20,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e999,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":"NaN","output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":-1e-06,"output_cost_per_token":1e-06}""")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""", "models/")]
    [InlineData("""{"litellm_provider":"openai","input_cost_per_token":1e-06,"output_cost_per_token":1e-06}""", "a\\u2028b")]
    public void Read_ABadEntry_IsLeftOutAlone(string entry, string name = "bad")
    {
        var import = Read($"{{ \"{name}\": {entry}, {Sound} }}");

        Assert.Equal("good", Assert.Single(import.Rows).Price.Model);
        Assert.Contains(import.Warnings, warning => warning.Contains("left out", StringComparison.Ordinal));
        Assert.Equal(["good"], Served(import).Rows.Select(row => row.Price.Model));
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("9000000000000")]
    public void Read_AStepThatIsNone_LeavesItsModelOut(string size)
    {
        var import = Read($$"""
            { "openai": { "models": {
                "bad": { "cost": { "input": 1, "output": 2, "tiers": [{ "tier": { "size": {{size}} }, "input": 3, "output": 4 }] } },
                "good": { "cost": { "input": 1, "output": 2 } }
            } } }
            """);

        Assert.Equal(["good"], Served(import).Rows.Select(row => row.Price.Model));
    }

    [Fact]
    public void Read_AStepOfTheOutputAlone_IsCarried()
    {
        var import = Read("""
            { "m": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06,
                "output_cost_per_token_above_200k_tokens": 3e-06 } }
            """);

        var price = Assert.Single(Served(import).Rows).Price;
        Assert.Equal((200_000, null, Money.Parse("3")), (price.LongContextAbove, price.LongInput, price.LongOutput));
    }

    [Theory]
    [InlineData("""{ "\ud800": { "litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 } }""")]
    [InlineData("""{ "m": { "litellm_provider": "\udfff", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 } }""")]
    [InlineData("""{ "\ud800": { "models": { "m": { "cost": { "input": 1, "output": 2 } } } } }""")]
    [InlineData("""{ "a": { "models": { "\ud800": { "cost": { "input": 1, "output": 2 } } } } }""")]
    public void Read_ATextThatIsNoUnicode_IsAnError(string json) => Assert.Throws<FormatException>(() => Read(json));

    [Fact]
    public void Read_DeepOrLong_IsAnErrorOrRead()
    {
        Assert.Throws<FormatException>(() => Read(new string('[', 100_000)));
        Assert.Throws<FormatException>(() => Read($"{{ {Sound}, \"deep\": {new string('[', 1_000)}{new string(']', 1_000)} }}"));

        var many = string.Join(',', Enumerable.Repeat(Sound, 20_000));
        Assert.Single(Read($"{{ {many} }}").Rows);
    }

    private static PriceImport Read(string json) => PriceImport.Read(Encoding.UTF8.GetBytes(json), Day);

    private static PriceCatalog Served(PriceImport import)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        PriceFileWriter.Write(text, 1, [], import.Rows);
        var catalog = PriceCatalog.Parse(text.ToString(), "own");
        PriceCatalog.Shipped().With(catalog).On(Day);
        return catalog;
    }
}
