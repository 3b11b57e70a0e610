using Lava.Billing.Plans;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>What a session sells, as the page shows it.</summary>
/// <param name="Name">The plan's or bundle's name; "Credit" for a top-up.</param>
/// <param name="Price">Per cycle or once; zero: free. Null: the buyer chooses, or there is nothing to sell.</param>
/// <param name="Interval">The cycle of a plan; null: once.</param>
/// <param name="IncludedCredit">What each cycle or the bundle brings.</param>
/// <param name="Includes">Further lines: what rolls over, the meters' names, overage, limits.</param>
public sealed record CheckoutOffer(
    string Name, Money? Price, BillingInterval? Interval, Money? IncludedCredit, IReadOnlyList<string> Includes);
