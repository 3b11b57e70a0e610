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

    /// <summary>Credit that expired unused.</summary>
    Expiry = 3,

    /// <summary>Credit that a customer paid for.</summary>
    Purchase = 4,

    /// <summary>Credit that a plan gives for a billing cycle.</summary>
    CycleCredit = 5,

    /// <summary>Credit taken back from a customer.</summary>
    Refund = 6,

    /// <summary>What was booked wrongly, mended.</summary>
    Correction = 7,

    /// <summary>A customer's debt, written off.</summary>
    Debt = 8,

    /// <summary>Calls beyond the credit that a customer has paid for.</summary>
    Overage = 9,
}
