namespace Lava.Billing.Webhooks;

/// <summary>How far telling one webhook of one event is. The values are stored: never renumber.</summary>
public enum DeliveryState : short
{
    /// <summary>It is yet to be sent, or to be sent again.</summary>
    Waiting = 0,

    /// <summary>The target took it.</summary>
    Delivered = 1,

    /// <summary>The target did not take it in three days.</summary>
    GivenUp = 2,

    /// <summary>The webhook was deleted, its target said that it is gone, or a later balance tells more.</summary>
    Cancelled = 3,
}
