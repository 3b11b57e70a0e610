using System.Diagnostics.CodeAnalysis;

namespace Lava.Metering.Pricing;

/// <summary>The prices of all models, found by provider and the model's name as requests and responses spell it.</summary>
public sealed class PriceBook
{
    /// <summary>No prices.</summary>
    public static readonly PriceBook Empty = new();

    /// <summary>The version of the catalog, kept with each record that it priced.</summary>
    public int Version { get; init; }

    /// <summary>
    /// The price of a model. A dated snapshot ("gpt-4o-2024-08-06") is found by its undated name when it has no row of its own.
    /// Allocates nothing.
    /// </summary>
    public bool TryFind(string provider, ReadOnlySpan<byte> model, [MaybeNullWhen(false)] out ModelPrice price)
    {
        price = null;
        return false;
    }
}
