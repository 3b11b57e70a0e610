namespace Lava.Billing.Credits;

/// <summary>Where credit comes from. The values are stored: never renumber.</summary>
public enum CreditOrigin : short
{
    /// <summary>The merchant gave it.</summary>
    Grant = 0,

    /// <summary>The customer paid for it.</summary>
    Purchase = 1,

    /// <summary>The customer's plan gives it for a billing cycle.</summary>
    CycleCredit = 2,

    /// <summary>A correction that put money in.</summary>
    Correction = 3,

    /// <summary>The customer paid for calls beyond the credit.</summary>
    Overage = 4,
}
