using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Billing.Overage;

/// <summary>A customer's wallet with all that the watch decides by, read while it is locked.</summary>
/// <param name="Posted">Its balance in the store.</param>
/// <param name="LowBalance">The merchant's mark: below it the balance is low.</param>
/// <param name="Level">What was told last.</param>
/// <param name="Terms">What the plan says of overage; default without a plan.</param>
/// <param name="Bundle">What automatic top-up buys; null: nothing.</param>
/// <param name="HasOpenPayment">A payment is under way.</param>
public readonly record struct WatchedWallet(
    Money Posted, Money LowBalance, BalanceLevel Level, OverageTerms Terms, TopUpBundle? Bundle, bool HasOpenPayment);
