namespace Lava.Server.Api.CheckoutSessions;

/// <summary>What this server lacks for checkouts of live merchants.</summary>
/// <param name="Cards">Nobody charges cards.</param>
/// <param name="Codes">Nobody sends codes.</param>
public readonly record struct LiveCheckoutGaps(bool Cards, bool Codes)
{
    /// <summary>Everything.</summary>
    public static readonly LiveCheckoutGaps All = new(true, true);
}
