namespace Lava.Billing.Payments;

/// <summary>How far a refund is. The values are stored: never renumber.</summary>
public enum RefundStatus : short
{
    /// <summary>The provider was not asked yet, or did not answer.</summary>
    Waiting = 0,

    /// <summary>The provider has it; the bank's word is awaited.</summary>
    Asked = 1,

    /// <summary>The money is back.</summary>
    Succeeded = 2,

    /// <summary>The money stays; credit that was taken for it is given back.</summary>
    Failed = 3,
}
