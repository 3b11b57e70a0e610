namespace Lava.Metering.Pricing;

/// <summary>A pricing rule of a merchant: what a customer is charged for a call.</summary>
public sealed record Meter
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose meter.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>The name that forward tokens carry; unique within the merchant.</summary>
    public required string Slug { get; init; }

    /// <summary>How it prices.</summary>
    public required RateType RateType { get; init; }

    /// <summary>The unit it counts.</summary>
    public required TierType TierType { get; init; }

    /// <summary>Which tokens it counts.</summary>
    public TokenBasis TokenBasis { get; init; }

    /// <summary>Who bears the provider's cost.</summary>
    public required BaseCostPayer BaseCostPayer { get; init; }

    /// <summary>Graduated tiers, at least one, the first at 0, ascending.</summary>
    public required MeterTier[] Tiers { get; init; }
}
