using Lava.Core;

namespace Lava.Postgres;

/// <summary>One side of a transaction in the ledger.</summary>
/// <param name="Id">Ascends with each entry.</param>
/// <param name="WalletId">The account.</param>
/// <param name="Account">What kind of account it is.</param>
/// <param name="Kind">Why.</param>
/// <param name="Amount">Positive: in; negative: out. All of a transaction sum to zero.</param>
/// <param name="CreatedAt">When.</param>
public sealed record TransactionEntry(
    long Id, long WalletId, WalletKind Account, EntryKind Kind, Money Amount, DateTimeOffset CreatedAt);
