using Lava.Billing.Subscriptions;

namespace Lava.Billing.Plans;

/// <summary>A customer's enrolment in a plan.</summary>
public sealed record Subscription
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The customer.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>The plan.</summary>
    public required Guid PlanId { get; init; }

    /// <summary>The plan's price and credit as they are now.</summary>
    public required PlanTerms Plan { get; init; }

    /// <summary>The bundle that is bought when credit runs out; null: none.</summary>
    public Guid? AutoTopUpBundleId { get; init; }

    /// <summary>The present billing period; null: the plan has none.</summary>
    public Cycle? Cycle { get; init; }

    /// <summary>What happens at the cycle's end beside the renewal; null: nothing.</summary>
    public PendingChange? Pending { get; init; }

    /// <summary>Since when the present cycle is not paid; null: it is.</summary>
    public DateTimeOffset? PastDueSince { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null: it is active.</summary>
    public DateTimeOffset? CancelledAt { get; init; }
}
