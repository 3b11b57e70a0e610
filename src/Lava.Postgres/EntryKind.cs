namespace Lava.Postgres;

/// <summary>Why a ledger entry was made. The values are stored: never renumber.</summary>
public enum EntryKind : short
{
    /// <summary>Credit granted to a customer.</summary>
    Grant = 0,

    /// <summary>A customer's charge for a call.</summary>
    Charge = 1,

    /// <summary>The provider's cost of a call, borne by the merchant.</summary>
    ProviderCost = 2,

    /// <summary>Granted credit that expired unused.</summary>
    Expiry = 3,
}
