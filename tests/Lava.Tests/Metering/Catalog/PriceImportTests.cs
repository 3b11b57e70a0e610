using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Catalog.Import;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Catalog;

public sealed class PriceImportTests
{
    private const string LiteLlm = """
        {
          "sample_spec": { "litellm_provider": "one of many", "input_cost_per_token": 0.0, "max_tokens": "prose" },
          "chat-1": {
            "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 400000, "max_output_tokens": 128000, "max_tokens": 128000,
            "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 2.5e-07,
            "cache_creation_input_token_cost": 3.125e-06, "cache_creation_input_token_cost_above_1hr": 5e-06,
            "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 2.25e-05,
            "cache_read_input_token_cost_above_272k_tokens": 5e-07,
            "input_cost_per_token_priority": 5e-06, "output_cost_per_token_priority": 3e-05, "cache_read_input_token_cost_priority": 6e-07,
            "input_cost_per_token_flex": 1.25e-06, "output_cost_per_token_flex": 7.5e-06,
            "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 7.5e-06,
            "input_cost_per_audio_token": 3.2e-05, "output_cost_per_audio_token": 6.4e-05, "cache_read_input_audio_token_cost": 4e-07,
            "input_cost_per_image_token": 5e-06, "output_cost_per_image_token": 4e-05, "output_cost_per_reasoning_token": 2e-05,
            "search_context_cost_per_query": { "search_context_size_low": 0.03, "search_context_size_medium": 0.035 },
            "supports_vision": true
          },
          "gemini/flash": {
            "litellm_provider": "gemini", "mode": "chat", "max_tokens": 8192,
            "input_cost_per_token": 7.5e-08, "output_cost_per_token": 3e-07,
            "input_cost_per_character": 1e-08, "output_cost_per_image": 0.039
          },
          "vertex_ai/claude-x": {
            "litellm_provider": "vertex_ai-anthropic_models", "mode": "chat", "max_input_tokens": 5, "max_output_tokens": 6,
            "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, "input_cost_per_video_per_second": 0.1
          },
          "whisper-1": { "litellm_provider": "openai", "mode": "audio_transcription",
            "input_cost_per_second": 0.0001, "output_cost_per_second": 0 },
          "tts-1": { "litellm_provider": "openai", "mode": "audio_speech", "input_cost_per_character": 1.5e-05 },
          "rerank-1": { "litellm_provider": "cohere", "mode": "rerank",
            "input_cost_per_query": 0.002, "input_cost_per_token": 0.0, "output_cost_per_token": 0.0 },
          "ocr-1": { "litellm_provider": "mistral", "mode": "ocr", "ocr_cost_per_page": 0.001, "annotation_cost_per_page": 0.003 },
          "draw-1": { "litellm_provider": "openai", "mode": "image_generation", "input_cost_per_image": 0.04 },
          "embed-1": { "litellm_provider": "voyage", "mode": "embedding", "max_tokens": 32000, "input_cost_per_token": 1.2e-07 },
          "free-guard": { "litellm_provider": "openai", "mode": "moderation",
            "input_cost_per_token": 0.0, "output_cost_per_token": 0.0, "max_tokens": 10 },
          "unpriced": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0 },
          "half": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06 },
          "negative": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06 },
          "text": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": "1e-06", "output_cost_per_token": 1e-06 },
          "two words": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 },
          "1024-x-1024/draw-2": { "litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.02 },
          "bedrock/us-east-1/a.b-v1:0": { "litellm_provider": "bedrock", "mode": "chat",
            "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 },
          "openai/CHAT-1": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 },
          "artefact": {
            "litellm_provider": "groq", "mode": "chat", "max_input_tokens": 1, "max_output_tokens": 1,
            "input_cost_per_token": 2.9999999999999997e-06, "output_cost_per_token": 1e-05, "input_cost_per_token_priority": 1e-05
          },
          "nobody": { "mode": "chat" }
        }
        """;

    private const string ModelsDev = """
        {
          "google": {
            "id": "google",
            "models": {
              "flash": {
                "id": "flash", "limit": { "context": 1048576, "output": 65536 },
                "cost": { "input": 0.3, "output": 2.5, "cache_read": 0.075, "input_audio": 1, "output_audio": 12, "reasoning": 3.5,
                          "context_over_200k": { "input": 0.6, "output": 3.75, "cache_read": 0.15 } }
              },
              "tiered": {
                "limit": { "context": 1000, "output": 100 },
                "cost": { "input": 1, "output": 2, "context_over_200k": { "input": 9, "output": 9 },
                          "tiers": [ { "input": 4, "output": 8, "tier": { "type": "context", "size": 512000 } },
                                     { "input": 2, "output": 4, "cache_write": 3, "tier": { "type": "context", "size": 256000 } } ] }
              },
              "gemini-embed": { "limit": { "context": 2048, "output": 3072 }, "cost": { "input": 0.15, "output": 0 } },
              "open": { "limit": { "context": 8, "output": 8 } }
            }
          },
          "amazon-bedrock": {
            "models": { "anthropic.claude-x-v1:0": { "cost": { "input": 3, "output": 15, "unheard": 1 } } }
          },
          "empty": { "id": "empty" }
        }
        """;

    private static readonly DateOnly Day = new(2026, 11, 21);

    [Fact]
    public void Read_LiteLlm_CarriesEveryPriceDigitByDigit()
    {
        var price = Find(LiteLlm, "openai", "chat-1");
        static Money M(string dollars) => Money.Parse(dollars);
        Assert.Equal(
            [
                M("2.5"), M("15"), M("0.25"), M("3.125"), M("5"), M("32"), M("0.4"), M("64"), M("5"), M("40"), M("20"), M("35"),
                M("5"), M("22.5"), M("0.5"), null,
            ],
            [
                price.Input, price.Output, price.CachedInput, price.CacheWrite, price.CacheWrite1h, price.AudioInput,
                price.CachedAudioInput, price.AudioOutput, price.ImageInput, price.ImageOutput, price.Reasoning, price.WebSearch1K,
                price.LongInput, price.LongOutput, price.LongCachedInput, price.LongCacheWrite,
            ]);
        Assert.Equal((272_000, 400_000, 128_000), (price.LongContextAbove, price.ContextWindow, price.MaxOutput));
        Assert.Equal(
            [
                new TierPrice(ServiceTier.Priority, M("5"), M("30"), M("0.6")), new TierPrice(ServiceTier.Flex, M("1.25"), M("7.5")),
                new TierPrice(ServiceTier.Batch, M("1.25"), M("7.5")),
            ],
            price.Tiers);
    }

    [Theory]
    [InlineData("openai", "whisper-1", "second_in=0.0001")]
    [InlineData("openai", "tts-1", "characters_in=15")]
    [InlineData("openai", "draw-1", "image=0.04")]
    [InlineData("cohere", "rerank-1", "request=0.002")]
    [InlineData("mistral", "ocr-1", "page=0.001")]
    [InlineData("google", "flash", "input=0.075 output=0.3 context=8192 max_output=8192")]
    [InlineData("vertex", "claude-x", "input=3 output=15 context=5 max_output=6")]
    [InlineData("voyage", "embed-1", "input=0.12 output=0 context=32000 max_output=0")]
    [InlineData("openai", "free-guard", "input=0 output=0 context=10 max_output=0")]
    [InlineData("groq", "artefact", "input=3 output=10 context=1 max_output=1")]
    public void Read_LiteLlm_MakesARow(string provider, string model, string row) =>
        Assert.Contains($"{provider} {model} 2026-11-21 {row} source=litellm@2026-11-21\n", Written(LiteLlm), StringComparison.Ordinal);

    [Theory]
    [InlineData("left out: no price, or none above 0: 1 (first: unpriced)")]
    [InlineData("left out: a price of input or output alone: 3 (first: half)")]
    [InlineData("'input' is not a price from 0 to 100000 dollars: 2 (first: negative)")]
    [InlineData("left out: a name with blanks, or longer than names can be: 1 (first: two words)")]
    [InlineData("left out: a size, quality or region in the name: 2 (first: 1024-x-1024/draw-2)")]
    [InlineData("left out: another name of a model that came before: 1 (first: CHAT-1)")]
    [InlineData("left out: without a provider: 1 (first: nobody)")]
    [InlineData("prices rounded to ten decimals: 1 (first: artefact)")]
    [InlineData("'characters_in' left out beside a token price of the same work: 1 (first: flash)")]
    [InlineData("'image' left out beside a token price of the same work: 1 (first: flash)")]
    [InlineData("'input_cost_per_video_per_second' has no counterpart: 1 (first: claude-x)")]
    [InlineData("'annotation_cost_per_page' has no counterpart: 1 (first: ocr-1)")]
    public void Read_LiteLlm_TellsWhatItCantCarry(string warning) => Assert.Contains(warning, Read(LiteLlm).Warnings);

    [Fact]
    public void Read_LiteLlm_NothingElseIsARow() => Assert.Equal(
        [
            "cohere rerank-1", "google flash", "groq artefact", "mistral ocr-1", "openai chat-1", "openai draw-1", "openai free-guard",
            "openai tts-1", "openai whisper-1", "vertex claude-x", "voyage embed-1",
        ],
        Read(LiteLlm).Rows.Select(row => $"{row.Price.Provider} {row.Price.Model}"));

    [Theory]
    [InlineData(
        "google flash 2026-11-21 input=0.3 output=2.5 cached=0.075 audio_in=1 audio_out=12 reasoning=3.5 above=200000 "
        + "long_input=0.6 long_output=3.75 long_cached=0.15 context=1048576 max_output=65536 source=models.dev@2026-11-21\n")]
    [InlineData("google tiered 2026-11-21 input=1 output=2 above=256000 long_input=2 long_output=4 long_cache_write=3 context=1000")]
    [InlineData("google gemini-embed 2026-11-21 input=0.15 output=0 context=2048 max_output=0 source")]
    [InlineData("bedrock anthropic.claude-x-v1:0 2026-11-21 input=3 output=15 context=1000000 max_output=128000 source")]
    public void Read_ModelsDev_MakesARow(string row) => Assert.Contains(row, Written(ModelsDev), StringComparison.Ordinal);

    [Fact]
    public void Read_ModelsDev_TellsWhatItCantCarry() => Assert.Equal(
        [
            "a second step of the context left out: 1 (first: tiered)",
            "left out: no price, or none above 0: 1 (first: open)",
            "'cost.unheard' has no counterpart: 1 (first: anthropic.claude-x-v1:0)",
            "without bounds: 1000000 tokens in, 128000 out are reserved for: 1 (first: anthropic.claude-x-v1:0)",
            "left out: without models: 1 (first: )",
        ],
        Read(ModelsDev).Warnings);

    [Fact]
    public void Read_OneProvider_HasItsRowsAndWarningsAlone()
    {
        var import = PriceImport.Read(Encoding.UTF8.GetBytes(LiteLlm), Day, "mistral");
        Assert.Equal("ocr-1", Assert.Single(import.Rows).Price.Model);
        Assert.Equal(["'annotation_cost_per_page' has no counterpart: 1 (first: ocr-1)"], import.Warnings);
    }

    [Fact]
    public void Write_ShippedPrices_AreReadBackTheSame()
    {
        var shipped = PriceCatalog.Shipped();
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        PriceFileWriter.Write(text, 5, ["a", "b"], shipped.Rows);
        Assert.StartsWith("# a\n# b\nversion 5\n", text.ToString(), StringComparison.Ordinal);
        var read = PriceCatalog.Parse(text.ToString(), "written");
        Assert.Equal(shipped.Rows.Select(Flat), read.Rows.Select(Flat));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"a\": {\"b\": 1}}")]
    [InlineData("{\"a\": {\"models\": 1}}")]
    public void Read_NoPriceList_IsRefused(string json) => Assert.Throws<FormatException>(() => Read(json));

    private static PriceImport Read(string json) => PriceImport.Read(Encoding.UTF8.GetBytes(json), Day);

    private static string Written(string json)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        PriceFileWriter.Write(text, 1, [], Read(json).Rows);
        Assert.Equal(Read(json).Rows.Count, PriceCatalog.Parse(text.ToString(), "written").Rows.Count);
        return text.ToString();
    }

    private static ModelPrice Find(string json, string provider, string model) =>
        Read(json).Rows.Single(row => row.Price.Provider == provider && row.Price.Model == model).Price;

    // Records compare arrays by reference.
    private static string Flat(PriceRow row) =>
        $"{row with { Price = row.Price with { Tiers = [], Aliases = [] } }} {string.Join(',', row.Price.Tiers.AsEnumerable())} "
        + string.Join(',', row.Price.Aliases);
}
