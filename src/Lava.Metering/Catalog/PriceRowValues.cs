using System.Globalization;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>The key=value pairs of one row; each is taken once.</summary>
internal sealed class PriceRowValues(PriceFileReader reader, int rowColumn)
{
    /// <summary>The largest token bound: above it an estimate says nothing.</summary>
    public const long TokensMax = 1_000_000_000;

    /// <summary>The longest least duration that is billed: an hour.</summary>
    private const int SecondsMax = 3_600;

    /// <summary>The most that a region costs of the usual price.</summary>
    private const int RegionalMax = 10;

    /// <summary>The most that a tier costs of the standard one; above it a figure is mistyped.</summary>
    private const int TierMax = 100;

    /// <summary>The dearest price, dollars, so that tiers and regions of it still are amounts.</summary>
    public const int PriceMax = 100_000;

    private const string Tokens = "a number of tokens";

    private readonly Dictionary<string, PriceFileWord> _left = [];

    public void Add(string key, string value, int column)
    {
        if (!_left.TryAdd(key, new PriceFileWord(value, column)))
        {
            throw reader.Error(column, $"'{key}' twice");
        }
    }

    public string? Text(string key) => _left.Remove(key, out var word) ? word.Text : null;

    /// <summary>The row without its source.</summary>
    public ModelPrice ToPrice(string provider, string model)
    {
        var price = new ModelPrice
        {
            Provider = provider,
            Model = model,
            Aliases = Text("aliases")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
        var hasTokens = _left.ContainsKey("input") || _left.ContainsKey("output");
        var hasPrice = hasTokens;
        price = hasTokens
            ? price with { Input = Required("input"), Output = Required("output"), LongContextAbove = Count("above", TokensMax, Tokens) }
            : price;
        foreach (var key in PriceKey.All)
        {
            var column = ColumnOf(key.Name);
            if (Price(key.Name) is { } amount)
            {
                hasPrice = true;
                price = key.With(price, amount);
                if (key.IsStep && price.LongContextAbove is null)
                {
                    throw reader.Error(column, $"'{key.Name}' without 'above'");
                }
            }
        }

        if (!hasPrice)
        {
            throw reader.Error(rowColumn, "the row has no price");
        }

        price = hasTokens ? WithBounds(price) : price;
        return price with
        {
            Tiers = hasTokens ? [.. PriceKey.Tiers.Select(tier => Tier(tier.Name, tier.Tier, price)).OfType<TierPrice>()] : [],
            RegionalFactor = Regional(),
            MinInputMicroseconds = (Count("min_seconds", SecondsMax, "a number of seconds") ?? 0) * Rate.Million,
        };
    }

    /// <summary>Is a tier's price within <see cref="TierMax"/> times the standard one?</summary>
    public static bool IsNear(Money tier, Money standard) => tier.Units <= (Int128)standard.Units * TierMax;

    public void RefuseRest()
    {
        foreach (var (key, word) in _left)
        {
            throw reader.Error(word.Column, $"unknown key '{key}'");
        }
    }

    private ModelPrice WithBounds(ModelPrice price) => price with
    {
        ContextWindow = Count("context", TokensMax, Tokens) ?? throw Missing("context"),
        MaxOutput = Count("max_output", TokensMax, Tokens) ?? throw Missing("max_output"),
    };

    private TierPrice? Tier(string name, ServiceTier tier, ModelPrice price)
    {
        var column = ColumnOf($"{name}_in");
        if (Price($"{name}_in") is not { } input)
        {
            return null;
        }

        var output = Price($"{name}_out") ?? throw Missing($"{name}_out");
        return IsNear(input, price.Input) && IsNear(output, price.Output)
            ? new TierPrice(tier, input, output, Price($"{name}_cached"))
            : throw reader.Error(column, $"the tier costs more than {TierMax} times the standard one");
    }

    private int? Regional()
    {
        if (!_left.Remove("regional", out var word))
        {
            return null;
        }

        const int Scale = PriceVariants.FactorScale;
        return decimal.TryParse(word.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            && factor is >= 1 and <= RegionalMax && decimal.IsInteger(factor * Scale)
            ? (int)(factor * Scale)
            : throw reader.Error(word.Column, $"'{word.Text}' is not a factor from 1 to {RegionalMax} (1.1)");
    }

    private Money? Price(string key)
    {
        if (!_left.Remove(key, out var word))
        {
            return null;
        }

        return Money.TryParse(word.Text, out var price) && price >= Money.Zero && price <= Money.FromDollars(PriceMax)
            ? price
            : throw reader.Error(word.Column, $"'{word.Text}' is not a price (0.075)");
    }

    private Money Required(string key) => Price(key) ?? throw Missing(key);

    private long? Count(string key, long most, string what)
    {
        if (!_left.Remove(key, out var word))
        {
            return null;
        }

        return long.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= most
            ? count
            : throw reader.Error(word.Column, $"'{word.Text}' is not {what} up to {most}");
    }

    private int ColumnOf(string key) => _left.TryGetValue(key, out var word) ? word.Column : rowColumn;

    private FormatException Missing(string key) => reader.Error(rowColumn, $"'{key}' is missing");
}
