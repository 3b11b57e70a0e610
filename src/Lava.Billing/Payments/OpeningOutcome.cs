namespace Lava.Billing.Payments;

/// <summary>How opening a payment ended.</summary>
public enum OpeningOutcome
{
    /// <summary>Opened now; it waits for its first attempt.</summary>
    Opened,

    /// <summary>Opened before, under the same key or for the same cycle; nothing changed.</summary>
    Repeated,

    /// <summary>Another payment of the wallet is open; nothing changed.</summary>
    AlreadyOpen,

    /// <summary>There is no card that can be charged; nothing changed.</summary>
    NoMethod,

    /// <summary>The guard rails forbid an automatic charge now; nothing changed.</summary>
    Throttled,

    /// <summary>It is less than what is charged at least; nothing was opened.</summary>
    TooSmall,

    /// <summary>The customer is deleted.</summary>
    NoCustomer,

    /// <summary>The customer's plan or cycle is not the one any more that the price was made for; nothing changed.</summary>
    Changed,
}
