using System.Globalization;
using System.Text;
using System.Text.Json;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog.Import;

/// <summary>A model of a public price list on its way to a row of ours.</summary>
internal sealed class ImportedModel(string provider, string name, ImportWarnings warnings)
{
    private const string Input = "input";
    private const string Output = "output";

    // What is priced beside the tokens of its side is another way to count the same work: one of them is enough.
    private static readonly string[] InsteadOfInput = ["characters_in", "second_in"];
    private static readonly string[] InsteadOfOutput = ["characters_out", "second_out", "image"];
    private static readonly ModelPrice Ceiling = ModelPrice.CreateCeiling("", default, default);

    private readonly Dictionary<string, Money> _prices = [];

    public string Provider => provider;

    public string Name => name;

    /// <summary>The most tokens in, where the list says.</summary>
    public long? Context { get; set; }

    /// <summary>The most tokens out, where the list says.</summary>
    public long? MaxOutput { get; set; }

    /// <summary>Input tokens above which the long prices hold.</summary>
    public long? Above { get; set; }

    /// <summary>Does it make no output tokens (embeddings, rerankers, moderations)?</summary>
    public bool IsWithoutOutput { get; set; }

    /// <summary>Is it free where nothing has a price?</summary>
    public bool MayBeFree { get; set; }

    public void Warn(string what) => warnings.Add(what, provider, name);

    /// <summary>Takes a price: a JSON number times a scale, exact as far as ten decimals go. The first of a key counts.</summary>
    public void Price(string key, JsonElement value, decimal scale)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (value.ValueKind != JsonValueKind.Number
            || !decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number < 0
            || number > PriceRowValues.PriceMax / scale)
        {
            Warn($"'{key}' is not a price from 0 to {PriceRowValues.PriceMax} dollars");
            return;
        }

        var exact = number * scale;
        var rounded = Math.Round(exact, Money.Decimals, MidpointRounding.AwayFromZero);
        if (rounded == 0 && !IsZero(value.GetRawText()))
        {
            Warn($"'{key}' is less than prices can be");
            return;
        }

        if (rounded != exact)
        {
            Warn("prices rounded to ten decimals");
        }

        _prices.TryAdd(key, new Money((long)(rounded * Money.UnitsPerDollar)));
    }

    /// <summary>The row; null where it can't be one, with a warning.</summary>
    public PriceRow? ToRow(DateOnly since, string source)
    {
        if (ModelPath.Key(name).Length == 0 || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            || Encoding.UTF8.GetByteCount(name) > PriceBook.ModelBytesMax)
        {
            Warn("left out: a name with blanks, or longer than names can be");
            return null;
        }

        if (provider.Length == 0 || PriceFileReader.IsKeyword(provider) || !provider.All(IsOfProvider))
        {
            Warn("left out: a provider whose name no provider table can have");
            return null;
        }

        if (Above is < 0 or > PriceRowValues.TokensMax)
        {
            Warn("left out: a step of the context that is no number of tokens");
            return null;
        }

        DropZeros();
        var hasTokens = _prices.ContainsKey(Input) || _prices.ContainsKey(Output);
        if (_prices.Count == 0 || (_prices.Values.All(price => price == Money.Zero) && !MayBeFree))
        {
            Warn("left out: no price, or none above 0");
            return null;
        }

        if (hasTokens && !(_prices.ContainsKey(Input) && (_prices.ContainsKey(Output) || IsWithoutOutput)))
        {
            Warn("left out: a price of input or output alone");
            return null;
        }

        DropAlternatives();
        return new PriceRow(since, source, ToPrice(hasTokens));
    }

    private ModelPrice ToPrice(bool hasTokens)
    {
        if (hasTokens && (Context is null || (MaxOutput is null && !IsWithoutOutput)))
        {
            Warn($"without bounds: {Ceiling.ContextWindow} tokens in, {Ceiling.MaxOutput} out are reserved for");
        }

        var price = new ModelPrice
        {
            Provider = provider,
            Model = name,
            Input = _prices.GetValueOrDefault(Input),
            Output = _prices.GetValueOrDefault(Output),
            LongContextAbove = hasTokens && PriceKey.All.Any(key => key.IsStep && _prices.ContainsKey(key.Name)) ? Above : null,
            ContextWindow = hasTokens ? Bound(Context, Ceiling.ContextWindow) : 0,
            MaxOutput = hasTokens && !IsWithoutOutput ? Bound(MaxOutput, Ceiling.MaxOutput) : 0,
        };
        foreach (var key in PriceKey.All)
        {
            var isCarried = !key.IsStep || price.LongContextAbove is not null;
            price = isCarried && _prices.TryGetValue(key.Name, out var amount) ? key.With(price, amount) : price;
        }

        var tiers = PriceKey.Tiers.Select(tier => Tier(tier.Name, tier.Tier, price)).OfType<TierPrice>();
        return hasTokens ? price with { Tiers = [.. tiers] } : price;
    }

    // A decimal rounds what is too small for it to 0, too: 1e-30 is not free.
    private static bool IsZero(ReadOnlySpan<char> number)
    {
        var exponent = number.IndexOfAny('e', 'E');
        return !(exponent < 0 ? number : number[..exponent]).ContainsAnyInRange('1', '9');
    }

    private static bool IsOfProvider(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/';

    private static long Bound(long? stated, long otherwise) =>
        stated is > 0 and <= PriceRowValues.TokensMax ? stated.Value : otherwise;

    private TierPrice? Tier(string prefix, ServiceTier tier, ModelPrice price)
    {
        var hasInput = _prices.TryGetValue($"{prefix}_in", out var input);
        var hasOutput = _prices.TryGetValue($"{prefix}_out", out var output) || (IsWithoutOutput && hasInput);
        if (!hasInput && !hasOutput)
        {
            return null;
        }

        if (!hasInput || !hasOutput || !PriceRowValues.IsNear(input, price.Input) || !PriceRowValues.IsNear(output, price.Output))
        {
            Warn($"the {prefix} tier left out: a price of input or output alone, or a hundred times the standard one");
            return null;
        }

        return new TierPrice(tier, input, output, _prices.TryGetValue($"{prefix}_cached", out var cached) ? cached : null);
    }

    // Lists write 0 where a provider has no such price, and what is not priced costs what contains it.
    private void DropZeros()
    {
        var zeros = _prices.Where(price => price.Value == Money.Zero && price.Key is not (Input or Output)).Select(price => price.Key);
        foreach (var key in zeros.ToList())
        {
            if (_prices.Remove(key) && key.Contains("cache", StringComparison.Ordinal))
            {
                Warn("cache prices of 0 left out");
            }
        }

        // Token prices of 0 beside another price only say that the model is not priced by tokens.
        var isByOthers = _prices.Any(price => price.Value > Money.Zero);
        if (isByOthers && _prices.GetValueOrDefault(Input) == Money.Zero && _prices.GetValueOrDefault(Output) == Money.Zero)
        {
            _prices.Remove(Input);
            _prices.Remove(Output);
        }
    }

    private void DropAlternatives()
    {
        Drop(InsteadOfInput, _prices.GetValueOrDefault(Input) > Money.Zero);
        Drop(InsteadOfOutput, _prices.GetValueOrDefault(Output) > Money.Zero);

        void Drop(string[] keys, bool hasTokens)
        {
            foreach (var key in keys.Where(key => hasTokens && _prices.Remove(key)))
            {
                Warn($"'{key}' left out beside a token price of the same work");
            }
        }
    }
}
