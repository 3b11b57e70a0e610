using System.Globalization;
using Lava.Core;

namespace Lava.Metering.Catalog;

/// <summary>The key=value pairs of one row; each is taken once.</summary>
internal sealed class PriceRowValues(PriceFileReader reader, int rowColumn)
{
    /// <summary>The largest token bound: above it an estimate says nothing.</summary>
    private const long TokensMax = 1_000_000_000;

    private readonly Dictionary<string, PriceFileWord> _left = [];
    private bool _hasStep;

    public void Add(string key, string value, int column)
    {
        if (!_left.TryAdd(key, new PriceFileWord(value, column)))
        {
            throw reader.Error(column, $"'{key}' twice");
        }
    }

    public string? Text(string key) => _left.Remove(key, out var word) ? word.Text : null;

    public Money? Price(string key)
    {
        if (!_left.Remove(key, out var word))
        {
            return null;
        }

        return Money.TryParse(word.Text, out var price) && price >= Money.Zero
            ? price
            : throw reader.Error(word.Column, $"'{word.Text}' is not a price (0.075)");
    }

    public Money Required(string key) => Price(key) ?? throw Missing(key);

    public Money? Step(string key)
    {
        var column = _left.TryGetValue(key, out var word) ? word.Column : rowColumn;
        return Price(key) is not { } price ? null : _hasStep ? price : throw reader.Error(column, $"'{key}' without 'above'");
    }

    public long? Tokens(string key)
    {
        if (!_left.Remove(key, out var word))
        {
            return null;
        }

        _hasStep |= key == "above";
        return long.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens <= TokensMax
            ? tokens
            : throw reader.Error(word.Column, $"'{word.Text}' is not a number of tokens up to {TokensMax}");
    }

    public long RequiredTokens(string key) => Tokens(key) ?? throw Missing(key);

    public void RefuseRest()
    {
        foreach (var (key, word) in _left)
        {
            throw reader.Error(word.Column, $"unknown key '{key}'");
        }
    }

    private FormatException Missing(string key) => reader.Error(rowColumn, $"'{key}' is missing");
}
