using Lava.Core;

namespace Lava.Metering.Pricing;

/// <summary>A part of a call's cost: a quantity at a price.</summary>
/// <param name="Kind">What for.</param>
/// <param name="Model">The model that did it, where several did the call; null: the one that answered.</param>
/// <param name="Quantity">How much: tokens, characters, microseconds, pieces, millionths of a provider's unit.</param>
/// <param name="Price">What <paramref name="Per"/> of it cost.</param>
/// <param name="Per">How much the price buys: a million, a thousand (searches) or one.</param>
public sealed record CostLine(CostKind Kind, string? Model, long Quantity, Money Price, long Per)
{
    /// <summary>The exact cost, in millionths of <see cref="Money"/>'s unit.</summary>
    public Int128 Millionths => new Rate(Price, Per).Times(Quantity) * (Rate.Million / Per);

    /// <summary>Is it a part of what went in? Else of what came out, searches and fees.</summary>
    public bool IsInput => Kind is < CostKind.Output or CostKind.InputCharacters or CostKind.InputTime or CostKind.Pages;
}
