using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog;

/// <summary>One row of a price file.</summary>
/// <param name="Since">The day since when it holds.</param>
/// <param name="Source">Where its figures were read.</param>
/// <param name="Price">The price.</param>
public sealed record PriceRow(DateOnly Since, string Source, ModelPrice Price);
