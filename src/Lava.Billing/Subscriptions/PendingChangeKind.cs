namespace Lava.Billing.Subscriptions;

/// <summary>What happens at a subscription's cycle end. The values are stored: never renumber.</summary>
public enum PendingChangeKind : short
{
    /// <summary>It ends.</summary>
    Cancellation = 0,

    /// <summary>It goes on with another plan.</summary>
    Downgrade = 1,
}
