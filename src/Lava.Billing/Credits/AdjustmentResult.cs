using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>How booking an adjustment ended.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Adjustment">What now stands under the id or key; null where nothing was booked.</param>
/// <param name="Limit">Where the grant has too little: the most that could have been taken.</param>
public sealed record AdjustmentResult(AdjustmentOutcome Outcome, Adjustment? Adjustment = null, Money Limit = default);
