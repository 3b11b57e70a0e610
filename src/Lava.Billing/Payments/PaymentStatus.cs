namespace Lava.Billing.Payments;

/// <summary>How far a payment is. The values are stored: never renumber.</summary>
public enum PaymentStatus : short
{
    /// <summary>It waits for its time.</summary>
    Waiting = 0,

    /// <summary>The provider is being asked; what it answers is not known yet.</summary>
    Attempting = 1,

    /// <summary>It is paid and booked.</summary>
    Succeeded = 2,

    /// <summary>It was given up.</summary>
    Failed = 3,

    /// <summary>Another one took its place before it was attempted.</summary>
    Superseded = 4,

    /// <summary>Provider and books differ: a person must look at it. Money may have been taken; nothing was credited.</summary>
    Review = 5,
}
