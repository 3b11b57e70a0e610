using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Subscriptions;

/// <summary>A cycle of a subscription as the API shows it.</summary>
internal sealed record CycleView(
    DateTimeOffset CycleStartAt,
    DateTimeOffset CycleEndAt,
    string PlanId,
    Money Price,
    Money IncludedCredit,
    string PaymentStatus,
    string? PaymentId,
    string? GrantId)
{
    public static CycleView From(CycleRecord record, bool isTest) => new(
        record.Start,
        record.End,
        Ids.Format(IdPrefix.Plan, isTest, record.PlanId),
        record.Price,
        record.IncludedCredit,
        SubscriptionView.Payment(record.IsPaid),
        record.PaymentId is { } payment ? Ids.Format(IdPrefix.Payment, isTest, payment) : null,
        record.GrantId is { } grant ? Ids.Format(IdPrefix.Grant, isTest, grant) : null);
}
