namespace Lava.Billing.Subscriptions;

/// <summary>What a round of renewals did.</summary>
/// <param name="Renewed">Cycles that began, paid or free.</param>
/// <param name="Charged">Those of them that were paid for.</param>
/// <param name="Failed">Cycles that began unpaid.</param>
/// <param name="Cancelled">Subscriptions that ended.</param>
public readonly record struct RenewalCounts(int Renewed, int Charged, int Failed, int Cancelled)
{
    /// <summary>Of two rounds.</summary>
    public static RenewalCounts operator +(RenewalCounts left, RenewalCounts right) => new(
        left.Renewed + right.Renewed, left.Charged + right.Charged, left.Failed + right.Failed, left.Cancelled + right.Cancelled);
}
