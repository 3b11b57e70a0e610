using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering.Catalog;

public sealed class PriceCatalogTests
{
    private const string Row = "version 3\nopenai m 2026-08-21 input=1 output=2 context=1000 max_output=100 source=test\n";
    private static readonly DateOnly Day = new(2026, 8, 21);

    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["dashscope-intl"] = "dashscope",
        ["zhipu-cn"] = "zhipu",
        ["inference.net"] = "inference-net",
    };

    private static readonly (string Column, Func<ModelPrice, Money?> Get)[] Figures =
    [
        ("input_per_1m", row => row.Input),
        ("output_per_1m", row => row.Output),
        ("cached_input_per_1m", row => row.CachedInput),
        ("cache_write_5m_per_1m", row => row.CacheWrite),
        ("cache_write_1h_per_1m", row => row.CacheWrite1h),
        ("audio_in_per_1m", row => row.AudioInput),
        ("audio_out_per_1m", row => row.AudioOutput),
        ("audio_cached_in_per_1m", row => row.CachedAudioInput),
        ("image_in_per_1m", row => row.ImageInput),
        ("image_out_per_1m", row => row.ImageOutput),
        ("reasoning_out_per_1m", row => row.Reasoning),
        ("per_image", row => row.Image),
        ("per_1m_input_chars", row => row.InputCharacters),
        ("per_input_second", row => row.InputSecond),
        ("per_output_second", row => row.OutputSecond),
        ("per_request", row => row.Request),
        ("per_page", row => row.Page),
        ("per_1k_web_searches", row => row.WebSearch1K),
        ("tier_input_per_1m", row => row.LongInput),
        ("tier_output_per_1m", row => row.LongOutput),
        ("tier_cached_per_1m", row => row.LongCachedInput),
        ("tier_cache_write_per_1m", row => row.LongCacheWrite),
    ];

    [Fact]
    public void Shipped_EveryRow_IsFoundByNameAndHasBounds()
    {
        var catalog = PriceCatalog.Shipped();
        var book = catalog.On(Day);
        Assert.True(catalog.Rows.Count > 360);
        Assert.Equal(catalog.Version, book.Version);
        foreach (var row in catalog.Rows)
        {
            Assert.True(book.TryFind(row.Price.Provider, Encoding.UTF8.GetBytes(row.Price.Model), out var price), row.Price.Model);
            Assert.Equal(row.Price.Model, price.Model);
            Assert.True(price.ContextWindow > 0 || !price.HasTokenPrices, price.Model);
            Assert.True(price.MaxOutput > 0 || price.Output <= price.Input, price.Model);
            Assert.True(price.CachedInput is null || price.CachedInput <= price.Input, price.Model);
            Assert.True(price.LongContextAbove is null || (price.LongInput > price.Input && price.LongOutput > price.Output), price.Model);
        }
    }

    [Fact]
    public void Shipped_OnlyModerations_AreFree()
    {
        var everything = new Usage
        {
            InputTokens = 1_000_000,
            InputCharacters = 1,
            InputMicroseconds = 1,
            OutputMicroseconds = 1,
            Images = 1,
            Pages = 1,
            ProviderMicrounits = 1,
        };
        var free = PriceCatalog.Shipped().Rows.Where(row => row.Price.CachedInput == Money.Zero
            || CostCalculator.Cost(everything, row.Price).Total == Money.Zero);
        Assert.Equal(["azure omni-moderation-latest", "openai omni-moderation-latest"], Names(free).Order());
    }

    [Fact]
    public void Shipped_BatchAndFlex_AreNeverDearerAndPriorityAndFastNeverCheaper()
    {
        foreach (var price in PriceCatalog.Shipped().Rows.Select(row => row.Price))
        {
            foreach (var tier in price.Tiers)
            {
                var isCheap = tier.Tier is ServiceTier.Batch or ServiceTier.Flex;
                Assert.True(isCheap ? tier.Input < price.Input : tier.Input >= price.Input, $"{price.Model} {tier}");
                Assert.True(isCheap ? tier.Output <= price.Output : tier.Output >= price.Output, $"{price.Model} {tier}");
            }
        }
    }

    [Fact]
    public void Shipped_RowsOfTheReference_HaveItsFigures()
    {
        if (FindReference() is not { } path)
        {
            return;
        }

        var book = PriceCatalog.Shipped().On(Day);
        var lines = File.ReadAllLines(path);
        var columns = lines[0].Split('\t');
        foreach (var cells in lines.Skip(1).Select(line => line.Split('\t')))
        {
            string Cell(string name) => cells[Array.IndexOf(columns, name)];
            var provider = Renamed.GetValueOrDefault(Cell("provider"), Cell("provider"));
            var model = Cell("model_id").Split(' ')[0];
            Assert.True(book.TryFind(provider, Encoding.UTF8.GetBytes(model), out var price), $"{provider} {model}");
            foreach (var (column, get) in Figures.Where(figure => !IsOtherwise(provider, model, figure.Column)))
            {
                // What has more than ten decimals is rounded up.
                var cell = Cell(column);
                var figure = cell == "" ? default(decimal?) : decimal.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture);
                var isNone = figure is null || (figure == 0 && column.StartsWith("cache", StringComparison.Ordinal));
                var expected = isNone ? null : figure;
                decimal? actual = get(price) is { } money ? decimal.Parse(money.ToString(), CultureInfo.InvariantCulture) : null;
                var isThat = expected is null || (actual >= expected && actual < expected + 0.0000000001m);
                Assert.True(isThat, $"{provider} {model} {column}: {actual}");
            }

            Assert.Equal(Cell("tier_above_input_tokens"), $"{price.LongContextAbove}");
            Assert.True(!price.HasTokenPrices || Cell("context_window") is "" || Cell("context_window") == $"{price.ContextWindow}", model);
            Assert.True(price.MaxOutput == 0 || Cell("max_output") is "" || Cell("max_output") == $"{price.MaxOutput}", model);
        }

        Assert.Equal(363, lines.Length);
    }

    [Theory]
    [InlineData("openai", "gpt-5.4", ServiceTier.Priority, false, "5", "30", "0.5")]
    [InlineData("openai", "gpt-4o", ServiceTier.Priority, false, "4.25", "17", "2.125")]
    [InlineData("openai", "o3", ServiceTier.Flex, false, "1", "4", "0.25")]
    [InlineData("openai", "gpt-5.6-luna", ServiceTier.Batch, false, "0.1", "0.6", "0.01")]
    [InlineData("anthropic", "claude-haiku-4-5", ServiceTier.Batch, false, "0.5", "2.5", "0.05")]
    [InlineData("anthropic", "claude-haiku-4-5", ServiceTier.Standard, true, "1", "5", "0.1")]
    [InlineData("anthropic", "claude-opus-4-6", ServiceTier.Standard, true, "5", "25", "0.5")]
    [InlineData("anthropic", "claude-opus-4-6", ServiceTier.Fast, false, "5", "25", "0.5")]
    [InlineData("anthropic", "claude-sonnet-4-5", ServiceTier.Fast, false, "3", "15", "0.3")]
    [InlineData("google", "gemini-3.5-flash-lite", ServiceTier.Flex, false, "0.15", "1.25", "0.015")]
    [InlineData("vertex", "gemini-3.1-pro-preview", ServiceTier.Priority, false, "3.6", "21.6", "0.36")]
    [InlineData("bedrock", "us.anthropic.claude-sonnet-4-6", ServiceTier.Standard, false, "3.3", "16.5", "0.33")]
    [InlineData("bedrock", "global.anthropic.claude-sonnet-4-6", ServiceTier.Standard, false, "3", "15", "0.3")]
    [InlineData("bedrock", "apac.anthropic.claude-haiku-4-5-20251001-v1:0", ServiceTier.Standard, false, "1.1", "5.5", "0.11")]
    [InlineData("bedrock", "eu.amazon.nova-pro-v1:0", ServiceTier.Standard, true, "0.8", "3.2", "0.2")]
    public void Shipped_TierAndRegion_HaveTheirPrices(
        string provider, string model, ServiceTier tier, bool isRegional, string input, string output, string cached)
    {
        Assert.True(PriceCatalog.Shipped().On(Day).TryFind(provider, Encoding.UTF8.GetBytes(model), out var row));
        var price = row.At(tier, isRegional);
        Assert.Equal(
            (Money.Parse(input), Money.Parse(output), Money.Parse(cached)), (price.Input, price.Output, price.CachedInput));
    }

    [Theory]
    [InlineData("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1%3A0", "anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("bedrock", "eu.anthropic.claude-opus-4-8", "anthropic.claude-opus-4-8-v1:0")]
    [InlineData(
        "bedrock",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "anthropic.claude-haiku-4-5-20251001-v1:0")]
    [InlineData(
        "bedrock", "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Famazon.nova-lite-v1%3A0", "amazon.nova-lite-v1:0")]
    [InlineData("bedrock", "openai.gpt-oss-120b", "openai.gpt-oss-120b-1:0")]
    [InlineData("bedrock", "openai.gpt-5.6-luna", "gpt-5.6-luna")]
    [InlineData("vertex", "claude-haiku-4-5@20251001", "claude-haiku-4-5")]
    [InlineData("vertex", "claude-sonnet-4-6@default", "claude-sonnet-4-6")]
    [InlineData("vertex", "google/gemini-2.5-flash", "gemini-2.5-flash")]
    [InlineData("vertex", "projects/p/locations/l/publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("azure", "gpt-35-turbo", "gpt-3.5-turbo")]
    [InlineData("azure", "gpt-4.1-mini-2025-04-14", "gpt-4.1-mini")]
    [InlineData("fireworks", "accounts/fireworks/models/gpt-oss-20b", "accounts/fireworks/models/gpt-oss-20b")]
    [InlineData("fireworks", "gpt-oss-20b", "accounts/fireworks/models/gpt-oss-20b")]
    [InlineData("openrouter", "anthropic/claude-4.6-sonnet-20260217", "anthropic/claude-sonnet-4.6")]
    [InlineData("openrouter", "openai/gpt-5.4-mini-20260317", "openai/gpt-5.4-mini")]
    [InlineData("xai", "grok-4-latest", "grok-4-0709")]
    [InlineData("google", "models/gemini-2.5-flash", "gemini-2.5-flash")]
    public void Shipped_NamesInUse_FindTheirRow(string provider, string name, string model)
    {
        Assert.True(PriceCatalog.Shipped().On(Day).TryFind(provider, Encoding.UTF8.GetBytes(name), out var price));
        Assert.Equal(model, price.Model);
        Assert.Equal(provider, price.Provider);
    }

    [Theory]
    [InlineData("bedrock", "amazon.titan-embed-text-v1")]
    [InlineData("bedrock", "anthropic.claude-sonnet-4")]
    [InlineData("bedrock", "claude-sonnet-4-6")] // an answer's: it does not name the geography, so the requested name prices
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef")]
    [InlineData("bedrock", "xx.anthropic.claude-sonnet-4-6")]
    [InlineData("fireworks", "accounts/mine/models/gpt-oss-20b")]
    [InlineData("azure", "gpt-35-turbo-16k")]
    [InlineData("openrouter", "openai/gpt-5.5:free")]
    [InlineData("mistral", "mistral-large-2411")]
    [InlineData("openai", "gemini-2.5-pro")]
    public void Shipped_OtherModels_AreNotFound(string provider, string name) =>
        Assert.False(PriceCatalog.Shipped().On(Day).TryFind(provider, Encoding.UTF8.GetBytes(name), out _));

    [Theory]
    [InlineData("2026-08-31", "2")]
    [InlineData("2026-09-01", "3")]
    [InlineData("2020-01-01", "2")]
    public void On_DatedRows_TakesTheOneInForce(string day, string input)
    {
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.True(PriceCatalog.Shipped().On(date).TryFind("anthropic", "claude-sonnet-5"u8, out var price));
        Assert.Equal(Money.Parse(input), price.Input);
    }

    [Fact]
    public void NextChange_AnnouncedPrices_NamesTheirDay()
    {
        var catalog = PriceCatalog.Shipped();
        Assert.Equal(new DateOnly(2026, 9, 1), catalog.NextChange(new DateOnly(2026, 8, 21)));
        Assert.Equal(new DateOnly(2027, 1, 1), catalog.NextChange(new DateOnly(2026, 9, 1)));
        Assert.Null(catalog.NextChange(new DateOnly(2027, 1, 1)));
    }

    [Fact]
    public void With_OwnRows_TakeThePlaceOfAllOfTheModel()
    {
        var own = PriceCatalog.Parse(
            "version 9\nanthropic Claude-Sonnet-5 2026-01-01 input=7 output=8 context=5 max_output=6 source=contract\n" +
            "mine llama 2026-01-01 input=0 output=0 context=5 max_output=6 source=contract\n",
            "own");
        var book = PriceCatalog.Shipped().With(own).On(new DateOnly(2026, 12, 1));
        Assert.Equal(9, book.Version);
        Assert.True(book.TryFind("anthropic", "claude-sonnet-5"u8, out var price));
        Assert.Equal(Money.FromDollars(7), price.Input);
        Assert.True(book.TryFind("mine", "llama"u8, out _));
        Assert.True(book.TryFind("openai", "gpt-5"u8, out _));
    }

    [Fact]
    public void With_OwnRowOfAMaker_LeavesItsResellersAlone()
    {
        var own = PriceCatalog.Parse("version 9\nopenai gpt-5 2026-01-01 input=1 output=8 context=5 max_output=6 source=contract\n", "own");
        var book = PriceCatalog.Shipped().With(own).On(Day);
        Assert.True(book.TryFind("openai", "gpt-5.1"u8, out _));
        Assert.True(book.TryFind("openai", "gpt-5"u8, out var contract));
        Assert.True(book.TryFind("azure", "gpt-5"u8, out var resold));
        Assert.Equal((Money.Parse("1"), Money.Parse("1.25")), (contract.Input, resold.Input));
    }

    [Fact]
    public void Parse_Inheritance_AddsTheRowsThatAreNotThere()
    {
        const string Text = """
            version 1
            inherit shop maker chat-*
            maker chat-a 2026-01-01 input=1 output=2 context=5 max_output=6 aliases=chat-x,chat-b source=s
            maker chat-a 2026-06-01 input=3 output=4 context=5 max_output=6 aliases=chat-x,chat-b source=s
            maker image-a 2026-01-01 image=1 source=s
            maker chat-c 2026-01-01 input=1 output=2 context=5 max_output=6 source=s
            shop chat-b 2026-01-01 input=7 output=8 context=5 max_output=6 aliases=chat-c source=s
            """;
        var catalog = PriceCatalog.Parse(Text, "f");
        Assert.Equal(["shop chat-a", "shop chat-a", "shop chat-b"], Names(catalog.Rows.Where(row => row.Price.Provider == "shop")).Order());
        var book = catalog.On(new DateOnly(2026, 7, 1));
        Assert.True(book.TryFind("shop", "chat-x"u8, out var inherited));
        Assert.True(book.TryFind("shop", "chat-c"u8, out var own));
        Assert.Equal((Money.FromDollars(3), Money.FromDollars(7)), (inherited.Input, own.Input));
        Assert.False(book.TryFind("shop", "image-a"u8, out _));
    }

    [Fact]
    public void Parse_TiersRegionAndUnits_LandInTheirFields()
    {
        const string Text = "version 1\np m 2026-08-21 input=1 output=2 priority_in=2 priority_out=4 priority_cached=0.3 "
            + "flex_in=0.5 flex_out=1 batch_in=0.25 batch_out=0.5 fast_in=6 fast_out=12 regional=1.1 "
            + "cached_audio=5 image=6 characters_in=7 characters_out=8 "
            + "second_in=9 second_out=10 min_seconds=11 page=12 unit=13 request=14 context=18 max_output=19 source=s";
        var price = Assert.Single(PriceCatalog.Parse(Text, "f").Rows).Price;
        static Money M(string dollars) => Money.Parse(dollars);
        Assert.Equal(
            [
                new TierPrice(ServiceTier.Priority, M("2"), M("4"), M("0.3")), new TierPrice(ServiceTier.Flex, M("0.5"), M("1")),
                new TierPrice(ServiceTier.Batch, M("0.25"), M("0.5")), new TierPrice(ServiceTier.Fast, M("6"), M("12")),
            ],
            price.Tiers);
        Assert.Equal(
            [M("5"), M("6"), M("7"), M("8"), M("9"), M("10"), M("12"), M("13"), M("14")],
            [
                price.CachedAudioInput, price.Image, price.InputCharacters, price.OutputCharacters, price.InputSecond, price.OutputSecond,
                price.Page, price.ProviderUnit, price.Request,
            ]);
        Assert.Equal((11_000, 11_000_000), (price.RegionalFactor, price.MinInputMicroseconds));
    }

    [Fact]
    public void Parse_EveryKey_LandsInItsField()
    {
        const string Text = "# comment\r\n\nversion 1\r\n\tp  m\t2026-08-21 input=1 output=2 cached=3 cache_write=4 cache_write_1h=5 "
            + "audio_in=6 audio_out=7 image_in=8 image_out=9 reasoning=10 web_search=11 above=12 "
            + "long_input=13 long_output=14 long_cached=15 long_cache_write=16 "
            + "long_cache_write_1h=17 context=18 max_output=19 aliases=a,b source=s";
        var row = Assert.Single(PriceCatalog.Parse(Text, "f").Rows);
        static Money? M(int dollars) => Money.FromDollars(dollars);
        var price = row.Price;
        Assert.Equal(("p", "m", "s", Day), (price.Provider, price.Model, row.Source, row.Since));
        Assert.Equal(["a", "b"], price.Aliases);
        Assert.Equal(
            [M(1), M(2), M(3), M(4), M(5), M(6), M(7), M(8), M(9), M(10), M(11), M(13), M(14), M(15), M(16), M(17)],
            [
                price.Input, price.Output, price.CachedInput, price.CacheWrite, price.CacheWrite1h, price.AudioInput, price.AudioOutput,
                price.ImageInput, price.ImageOutput, price.Reasoning, price.WebSearch1K, price.LongInput, price.LongOutput,
                price.LongCachedInput, price.LongCacheWrite, price.LongCacheWrite1h,
            ]);
        Assert.Equal((12, 18, 19), (price.LongContextAbove, price.ContextWindow, price.MaxOutput));
    }

    [Theory]
    [InlineData("", "f(1,1): the file has no line 'version")]
    [InlineData("openai m 2026-08-21 input=1", "f(1,1): a row before")]
    [InlineData("version x", "f(1,1): expected one line")]
    [InlineData("version 1\nversion 2", "f(2,1): expected one line")]
    [InlineData(Row + "openai", "f(3,1): expected 'provider model")]
    [InlineData(Row + "openai n 2026-02-30 input=1", "f(3,10): '2026-02-30' is not a day")]
    [InlineData(Row + "openai n 2026-08-21 input=1.00000000001", "f(3,21): '1.00000000001' is not a price")]
    [InlineData(Row + "openai n 2026-08-21 input=-1", "f(3,21): '-1' is not a price")]
    [InlineData(Row + "openai n 2026-08-21 input=1 input=1", "f(3,29): 'input' twice")]
    [InlineData(Row + "openai n 2026-08-21 input=", "f(3,21): expected 'key=value'")]
    [InlineData(Row + "openai n 2026-08-21 input=1 output=1 long_input=2", "f(3,38): 'long_input' without 'above'")]
    [InlineData(Row + "openai n 2026-08-21 input=1", "f(3,1): 'output' is missing")]
    [InlineData(Row + "openai n 2026-08-21 input=1 output=1 context=1e6", "f(3,38): '1e6' is not a number of tokens")]
    [InlineData(Row + "openai n 2026-08-21 input=1 output=1 context=1 max_output=1", "f(3,1): 'source' is missing")]
    [InlineData(Row + "openai n 2026-08-21 input=1 output=1 context=1 max_output=1 source=s cashed=1", "f(3,70): unknown key 'cashed'")]
    [InlineData(Row + "openai n 2026-08-21 context=1 source=s", "f(3,1): the row has no price")]
    [InlineData(Row + "openai n 2026-08-21 image=1 context=1 source=s", "f(3,29): unknown key 'context'")]
    [InlineData(Row + "openai n 2026-08-21 image=1 batch_in=1 source=s", "f(3,29): unknown key 'batch_in'")]
    [InlineData(Row + "openai n 2026-08-21 image=100000.1 source=s", "f(3,21): '100000.1' is not a price")]
    [InlineData(Row + "openai n 2026-08-21 image=1 regional=0.9 source=s", "f(3,29): '0.9' is not a factor")]
    [InlineData(Row + "openai n 2026-08-21 image=1 regional=1.00001 source=s", "f(3,29): '1.00001' is not a factor")]
    [InlineData(Row + "openai n 2026-08-21 second_in=1 min_seconds=3601 source=s", "f(3,33): '3601' is not a number of seconds")]
    [InlineData(Row + "openai n 2026-08-21 input=1 output=1 context=1 max_output=1 batch_in=1", "f(3,1): 'batch_out' is missing")]
    [InlineData(Row + "openai n 2026-08-21 input=1 output=1 context=1 max_output=1 fast_in=101 fast_out=1", "f(3,61): the tier costs more")]
    [InlineData(Row + "openai n 2026-08-21 input=0 output=1 context=1 max_output=1 fast_in=1 fast_out=1", "f(3,61): the tier costs more")]
    [InlineData(Row + "inherit vertex google gemini", "f(3,1): expected 'inherit")]
    [InlineData(Row + "inherit vertex vertex *", "f(3,1): expected 'inherit")]
    [InlineData(Row + "inherit vertex google", "f(3,1): expected 'inherit")]
    [InlineData(Row + "openai M 2026-08-21 input=1 output=1 context=1 max_output=1 source=s", "f(3,8): a second row of openai M")]
    [InlineData(
        Row + "openai n 2026-08-21 input=1 output=1 context=1 max_output=1 source=s aliases=m",
        "f(3,8): 'm' is a name of openai m already")]
    public void Parse_Mistake_NamesLineAndColumn(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => PriceCatalog.Parse(text, "f")).Message);

    private static IEnumerable<string> Names(IEnumerable<PriceRow> rows) =>
        rows.Select(row => $"{row.Price.Provider} {row.Price.Model}");

    // Why these differ is told at the file's head.
    private static bool IsOtherwise(string provider, string model, string column) => (provider, model, column) switch
    {
        (_, _, "per_image") => model is "dall-e-3" || model.StartsWith("gemini-", StringComparison.Ordinal),
        (_, "gpt-4o-mini-tts" or "whisper-1", "per_output_second") => true,
        (_, "text-embedding-005", "input_per_1m" or "output_per_1m") => true,
        _ => false,
    };

    private static string? FindReference()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "..", "shared", "reference", "prices.tsv");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
