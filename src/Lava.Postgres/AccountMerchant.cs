using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>One of an account's two merchants.</summary>
/// <param name="AccountId">The account that joins the test and the live one.</param>
/// <param name="Merchant">The merchant.</param>
public sealed record AccountMerchant(Guid AccountId, Merchant Merchant);
