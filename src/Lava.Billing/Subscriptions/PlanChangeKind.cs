namespace Lava.Billing.Subscriptions;

/// <summary>How a subscription comes to another plan.</summary>
public enum PlanChangeKind
{
    /// <summary>It has that plan: a pending change is withdrawn.</summary>
    Stay,

    /// <summary>Now, within its cycle, for a share of the price.</summary>
    Upgrade,

    /// <summary>Now, with a cycle that begins now, for the whole price.</summary>
    NewCycle,

    /// <summary>Now: neither plan has cycles.</summary>
    Switch,

    /// <summary>When its cycle ends.</summary>
    AtCycleEnd,
}
