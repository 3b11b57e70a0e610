using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>An adjustment that was booked.</summary>
/// <param name="Id">Id; also the id of its ledger transaction, and of the grant that a correction upwards makes.</param>
/// <param name="CustomerId">Whose wallet.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Amount">What the wallet gained; negative: lost.</param>
/// <param name="Reason">Why.</param>
/// <param name="GrantId">The grant that a refund took back.</param>
/// <param name="RequestId">The request that a correction mended.</param>
/// <param name="CreatedAt">When.</param>
public sealed record Adjustment(
    Guid Id,
    Guid CustomerId,
    AdjustmentKind Kind,
    Money Amount,
    string Reason,
    Guid? GrantId,
    string? RequestId,
    DateTimeOffset CreatedAt);
