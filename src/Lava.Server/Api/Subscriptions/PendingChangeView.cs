using System.Text.Json.Serialization;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Server.Api.Subscriptions;

/// <summary>What happens at a subscription's cycle end; of another plan what it will be.</summary>
internal sealed record PendingChangeView(
    string Type,
    DateTimeOffset? EffectiveAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PlanId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? PeriodAmount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? IncludedCredit)
{
    public static PendingChangeView? From(Subscription subscription, PlanTerms? plan, bool isTest) =>
        subscription.Pending is not { } pending ? null : new PendingChangeView(
            pending.Kind == PendingChangeKind.Cancellation ? "cancellation" : "downgrade",
            subscription.Cycle?.End,
            pending.PlanId is { } id ? Ids.Format(IdPrefix.Plan, isTest, id) : null,
            plan?.Name,
            plan?.PeriodAmount,
            plan?.IncludedCredit);
}
