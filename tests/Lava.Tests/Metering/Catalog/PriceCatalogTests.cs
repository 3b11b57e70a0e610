using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering.Catalog;

namespace Lava.Tests.Metering.Catalog;

public sealed class PriceCatalogTests
{
    private const string Row = "version 3\nopenai m 2026-08-21 input=1 output=2 context=1000 max_output=100 source=test\n";
    private static readonly DateOnly Day = new(2026, 8, 21);

    [Fact]
    public void Shipped_EveryRow_IsFoundByNameAndHasBounds()
    {
        var catalog = PriceCatalog.Shipped();
        var book = catalog.On(Day);
        Assert.True(catalog.Rows.Count > 80);
        Assert.Equal(catalog.Version, book.Version);
        foreach (var row in catalog.Rows)
        {
            Assert.True(book.TryFind(row.Price.Provider, Encoding.UTF8.GetBytes(row.Price.Model), out var price), row.Price.Model);
            Assert.Equal(row.Price.Model, price.Model);
            Assert.True(price.ContextWindow > 0, price.Model);
            Assert.True(price.MaxOutput > 0 || price.Output == Money.Zero, price.Model);
            Assert.True(price.CachedInput is null || price.CachedInput <= price.Input, price.Model);
            Assert.True(price.LongContextAbove is null || (price.LongInput > price.Input && price.LongOutput > price.Output), price.Model);
        }
    }

    [Fact]
    public void Shipped_OnlyModerations_AreFree()
    {
        var free = PriceCatalog.Shipped().Rows.Where(row => row.Price.Input == Money.Zero || row.Price.CachedInput == Money.Zero);
        Assert.Equal(["omni-moderation-latest"], free.Select(row => row.Price.Model));
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
        var seen = 0;
        foreach (var cells in lines.Skip(1).Select(line => line.Split('\t')))
        {
            string Cell(string name) => cells[Array.IndexOf(columns, name)];
            if (Cell("provider") is not ("openai" or "anthropic" or "google") || Cell("input_per_1m") == "")
            {
                continue;
            }

            Assert.True(book.TryFind(Cell("provider"), Encoding.UTF8.GetBytes(Cell("model_id")), out var price), Cell("model_id"));
            Assert.Equal(Cell("model_id"), price.Model);
            AssertFigure(Cell("input_per_1m"), price.Input);
            AssertFigure(Cell("output_per_1m"), price.Output);
            AssertFigure(price.Model == "gpt-3.5-turbo" ? "" : Cell("cached_input_per_1m"), price.CachedInput);
            AssertFigure(Cell("cache_write_5m_per_1m"), price.CacheWrite);
            AssertFigure(Cell("cache_write_1h_per_1m"), price.CacheWrite1h);
            AssertFigure(Cell("audio_in_per_1m"), price.AudioInput);
            AssertFigure(Cell("audio_out_per_1m"), price.AudioOutput);
            AssertFigure(Cell("image_in_per_1m"), price.ImageInput);
            AssertFigure(Cell("image_out_per_1m"), price.ImageOutput);
            AssertFigure(Cell("reasoning_out_per_1m"), price.Reasoning);
            AssertFigure(Cell("per_1k_web_searches"), price.WebSearch1K);
            AssertFigure(Cell("tier_input_per_1m"), price.LongInput);
            AssertFigure(Cell("tier_output_per_1m"), price.LongOutput);
            AssertFigure(Cell("tier_cached_per_1m"), price.LongCachedInput);
            AssertFigure(Cell("tier_cache_write_per_1m"), price.LongCacheWrite);
            AssertCount(Cell("tier_above_input_tokens"), price.LongContextAbove);
            AssertCount(Cell("context_window"), price.ContextWindow);
            AssertCount(price.MaxOutput == 0 ? "" : Cell("max_output"), price.MaxOutput);
            seen++;
        }

        Assert.True(seen > 80);
    }

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
    [InlineData(Row + "openai M 2026-08-21 input=1 output=1 context=1 max_output=1 source=s", "f(3,8): a second row of openai M")]
    [InlineData(
        Row + "openai n 2026-08-21 input=1 output=1 context=1 max_output=1 source=s aliases=m",
        "f(3,8): 'm' is a name of openai m already")]
    public void Parse_Mistake_NamesLineAndColumn(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => PriceCatalog.Parse(text, "f")).Message);

    private static void AssertFigure(string expected, Money? actual)
    {
        if (expected != "")
        {
            Assert.Equal(Money.Parse(expected), actual);
        }
    }

    private static void AssertCount(string expected, long? actual)
    {
        if (expected != "")
        {
            Assert.Equal(long.Parse(expected, CultureInfo.InvariantCulture), actual);
        }
    }

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
