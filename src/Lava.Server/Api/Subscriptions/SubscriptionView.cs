using System.Text.Json.Serialization;
using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Subscriptions;

/// <summary>A subscription as the API shows it; customer and contact in lists alone.</summary>
internal sealed record SubscriptionView(
    string SubscriptionId,
    string PlanId,
    string Status,
    string? AutoTopUpBundleId,
    DateTimeOffset StartedAt,
    DateTimeOffset? CancelledAt,
    DateTimeOffset? CycleStartAt,
    DateTimeOffset? CycleEndAt,
    SubscriptionPlanView Plan,
    CreditsView Credits,
    PendingChangeView? PendingChange,
    string PaymentStatus,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CustomerId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SubscriberView? Customer)
{
    /// <summary>The plan's older name.</summary>
    public string SubscriptionConfigId => PlanId;

    /// <summary>The customer's older name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConnectionId => CustomerId;

    /// <summary>Status of one that goes on.</summary>
    public const string Active = "active";

    /// <summary>Status of one that has ended.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The word for a cycle that is paid, or not.</summary>
    public static string Payment(bool isPaid) => isPaid ? "paid" : "past_due";

    public static SubscriptionView From(SubscriptionRecord record, bool isTest, in CreditSplit credit, bool isListed)
    {
        var subscription = record.Subscription;
        return new SubscriptionView(
            Ids.Format(IdPrefix.Subscription, isTest, subscription.Id),
            Ids.Format(IdPrefix.Plan, isTest, subscription.PlanId),
            subscription.CancelledAt is null ? Active : Cancelled,
            subscription.AutoTopUpBundleId is { } bundle ? Ids.Format(IdPrefix.CreditBundle, isTest, bundle) : null,
            subscription.StartedAt,
            subscription.CancelledAt,
            subscription.Cycle?.Start,
            subscription.Cycle?.End,
            SubscriptionPlanView.From(subscription.Plan),
            new CreditsView(credit.Posted, credit.Cycle, credit.Bundles),
            PendingChangeView.From(subscription, record.PendingPlan, isTest),
            Payment(subscription.PastDueSince is null),
            isListed ? Ids.Format(IdPrefix.Customer, isTest, subscription.CustomerId) : null,
            isListed ? SubscriberView.From(record) : null);
    }
}
