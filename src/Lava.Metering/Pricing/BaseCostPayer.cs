namespace Lava.Metering.Pricing;

/// <summary>Who bears the provider's cost of a billed call. The values are stored: never renumber.</summary>
public enum BaseCostPayer : byte
{
    /// <summary>The merchant: the customer's charge is the meter's fee alone.</summary>
    Merchant = 0,

    /// <summary>The customer's wallet: the charge is the provider's cost plus the fee.</summary>
    Wallet = 1,
}
