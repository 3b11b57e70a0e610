namespace Lava.Postgres;

/// <summary>What an account of the double entry stands for. The values are stored: never renumber.</summary>
public enum WalletKind : short
{
    /// <summary>A customer's prepaid wallet: what calls reserve from.</summary>
    Customer = 0,

    /// <summary>What a merchant bears itself: a running total.</summary>
    Merchant = 1,

    /// <summary>What the merchant's customers were charged.</summary>
    Revenue = 2,

    /// <summary>The provider's cost of calls that no customer was charged for.</summary>
    ProviderCost = 3,

    /// <summary>The other side of credit that was granted.</summary>
    GrantedCredit = 4,

    /// <summary>The other side of credit that customers paid for.</summary>
    Payments = 5,

    /// <summary>The other side of credit that plans gave for a billing cycle.</summary>
    CycleCredit = 6,

    /// <summary>Credit that expired unused, of every origin.</summary>
    ExpiredCredit = 7,

    /// <summary>Credit that was taken back, of every origin.</summary>
    Refunds = 8,

    /// <summary>The other side of corrections.</summary>
    Corrections = 9,

    /// <summary>Customers' debt that was written off.</summary>
    WrittenOffDebt = 10,
}
