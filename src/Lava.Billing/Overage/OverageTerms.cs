using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Billing.Overage;

/// <summary>What decides how far a customer's wallet may go.</summary>
/// <param name="Mode">What happens without credit.</param>
/// <param name="Limit">The most overage of a cycle; zero where there is none.</param>
/// <param name="Increment">The card is charged for each such part; zero where it is not.</param>
/// <param name="Charged">Overage of this cycle that is paid.</param>
/// <param name="Hindrance">Why it does not apply now.</param>
public readonly record struct OverageTerms(OverageMode Mode, Money Limit, Money Increment, Money Charged, OverageHindrance Hindrance)
{
    /// <summary>The card can be charged for calls beyond the credit.</summary>
    public bool MayCharge => Mode == OverageMode.AutoCharge && Hindrance == OverageHindrance.None;

    /// <summary>The card can be charged for a bundle.</summary>
    public bool MayTopUp => Mode == OverageMode.AutoTopUp && Hindrance == OverageHindrance.None;
}
