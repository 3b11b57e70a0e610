using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>Writes a price file that <see cref="PriceCatalog.Parse"/> reads.</summary>
public static class PriceFileWriter
{
    /// <summary>The file: comments, its version, a row a line in the order given.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">The version that records keep.</param>
    /// <param name="comments">Lines at the head, without "#".</param>
    /// <param name="rows">The rows.</param>
    public static void Write(TextWriter output, int version, IEnumerable<string> comments, IEnumerable<PriceRow> rows)
    {
        foreach (var comment in comments)
        {
            output.WriteLine($"# {comment}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"version {version}"));
        output.WriteLine();
        foreach (var row in rows)
        {
            output.WriteLine(Line(row));
        }
    }

    private static string Line(PriceRow row)
    {
        var price = row.Price;
        var line = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"{price.Provider} {price.Model} {row.Since:yyyy-MM-dd}");
        void Add(string key, object? value)
        {
            if (value is not null)
            {
                line.Append(CultureInfo.InvariantCulture, $" {key}={value}");
            }
        }

        if (price.HasTokenPrices)
        {
            Add("input", Text(price.Input));
            Add("output", Text(price.Output));
        }

        foreach (var key in PriceKey.All.Where(key => !key.IsStep))
        {
            Add(key.Name, Text(key.Get(price)));
        }

        Add("above", price.LongContextAbove);
        foreach (var key in PriceKey.All.Where(key => key.IsStep))
        {
            Add(key.Name, Text(key.Get(price)));
        }

        foreach (var tier in price.Tiers)
        {
            var name = PriceKey.Tiers.First(candidate => candidate.Tier == tier.Tier).Name;
            Add($"{name}_in", Text(tier.Input));
            Add($"{name}_out", Text(tier.Output));
            Add($"{name}_cached", Text(tier.CachedInput));
        }

        Add("regional", price.RegionalFactor is { } factor ? (decimal)factor / PriceVariants.FactorScale : null);
        Add("min_seconds", price.MinInputMicroseconds > 0 ? price.MinInputMicroseconds / Rate.Million : null);
        if (price.HasTokenPrices)
        {
            Add("context", price.ContextWindow);
            Add("max_output", price.MaxOutput);
        }

        Add("aliases", price.Aliases.Length > 0 ? string.Join(',', price.Aliases) : null);
        Add("source", row.Source);
        return line.ToString();
    }

    private static string? Text(Money? price) => price is { } amount ? Text(amount) : null;

    // Ten decimals without the zeros at their end.
    private static string Text(Money price) => price.ToString().TrimEnd('0').TrimEnd('.');
}
