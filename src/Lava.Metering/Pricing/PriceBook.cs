using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Lava.Metering.Pricing;

/// <summary>The prices of all models, found by provider and the model's name as requests and responses spell it. Immutable.</summary>
public sealed class PriceBook
{
    /// <summary>The longest model name that is looked up, bytes: four times the longest in use, a fine-tuned model's.</summary>
    public const int ModelBytesMax = 256;

    /// <summary>No prices.</summary>
    public static readonly PriceBook Empty = Create(0, []);

    private readonly Dictionary<ModelKey, ModelPrice>.AlternateLookup<ModelBytes> _prices;

    private PriceBook(Dictionary<ModelKey, ModelPrice> prices)
    {
        _prices = prices.GetAlternateLookup<ModelBytes>();
    }

    /// <summary>The version of the catalog, kept with each record that it priced.</summary>
    public int Version { get; private init; }

    /// <summary>The providers that have prices, in the order of their first.</summary>
    public IReadOnlyList<string> Providers { get; private init; } = [];

    /// <summary>A book of these prices, found by their names and their aliases.</summary>
    /// <exception cref="ArgumentException">A name is too long, or stands for two prices (letters' case does not count).</exception>
    /// <exception cref="OverflowException">A price of a tier or a region is beyond <see cref="Lava.Core.Money"/>.</exception>
    public static PriceBook Create(int version, IReadOnlyCollection<ModelPrice> prices)
    {
        var entries = new Dictionary<ModelKey, ModelPrice>(prices.Count * 2, ModelKeyComparer.Instance);
        foreach (var row in prices)
        {
            var price = PriceVariants.Of(row);
            Add(entries, price.Model, price);
            foreach (var alias in price.Aliases)
            {
                Add(entries, alias, price);
            }
        }

        return new PriceBook(entries) { Version = version, Providers = [.. prices.Select(price => price.Provider).Distinct()] };
    }

    /// <summary>
    /// The price of a model. A dated snapshot ("gpt-4o-2024-08-06") is found by its undated name when it has no row of its own; a
    /// variant ("gpt-4o-mini") is never found by a shorter name. A name of a geography ("us.anthropic.…") has the price of that region,
    /// whatever <see cref="ModelPrice.At"/> is asked for. The case of ASCII letters does not count. Allocates nothing.
    /// </summary>
    public bool TryFind(string provider, ReadOnlySpan<byte> model, [MaybeNullWhen(false)] out ModelPrice price)
    {
        if (model.Length > ModelBytesMax)
        {
            price = null;
            return false;
        }

        Span<byte> decoded = stackalloc byte[ModelBytesMax];
        var name = ModelPath.Strip(ModelPath.Decode(model, decoded));
        if (TryFindSnapshot(provider, name, out price))
        {
            return true;
        }

        if (ModelPath.TryStripGeography(name, out var rest, out var isRegional))
        {
            name = rest;
            if (TryFindSnapshot(provider, name, out price))
            {
                price = price.At(ServiceTier.Standard, isRegional);
                return true;
            }
        }

        if (ModelPath.TryStripMaker(name, out rest) && TryFindSnapshot(provider, rest, out price))
        {
            price = price.At(ServiceTier.Standard, isRegional);
            return true;
        }

        return false;
    }

    private bool TryFindSnapshot(string provider, ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out ModelPrice price) =>
        _prices.TryGetValue(new ModelBytes(provider, name), out price)
        || (SnapshotName.TryStripDate(name, out var undated)
            && (_prices.TryGetValue(new ModelBytes(provider, undated), out price)
                || (SnapshotName.TryStripPreview(undated, out var released)
                    && _prices.TryGetValue(new ModelBytes(provider, released), out price))));

    private static void Add(Dictionary<ModelKey, ModelPrice> entries, string model, ModelPrice price)
    {
        var name = Encoding.UTF8.GetBytes(model);
        if (name.Length is 0 or > ModelBytesMax)
        {
            throw new ArgumentException($"The model name '{model}' of {price.Provider} is empty or longer than {ModelBytesMax} bytes.");
        }

        // Looked up without what stands around it: stored without it.
        var key = new ModelKey(price.Provider, ModelPath.Strip(ModelPath.Decode(name, new byte[name.Length])).ToArray());
        if (!entries.TryAdd(key, price) && !ReferenceEquals(entries[key], price))
        {
            throw new ArgumentException($"The model {price.Provider} {model} has two prices.");
        }
    }
}
