using Lava.Core;

namespace Lava.Postgres;

/// <summary>An entry of a wallet's ledger.</summary>
/// <param name="Id">Ascends with each entry.</param>
/// <param name="TransactionId">The grant's, the request's, the expiry's or the adjustment's id.</param>
/// <param name="Kind">Why.</param>
/// <param name="Amount">Positive: in; negative: out.</param>
/// <param name="BalanceAfter">The wallet's balance after it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="RequestId">The request's public id; null for every other kind.</param>
/// <param name="PaymentId">The public id of the payment that a grant was paid with; null: none of this server's.</param>
public sealed record LedgerRecord(
    long Id,
    Guid TransactionId,
    EntryKind Kind,
    Money Amount,
    Money BalanceAfter,
    DateTimeOffset CreatedAt,
    string? RequestId,
    string? PaymentId);
