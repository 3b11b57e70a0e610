using System.Text.Json.Serialization;
using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Server.Api.Credits;

/// <summary>An adjustment as the API shows it; the amount with the sign that callers write.</summary>
internal sealed record AdjustmentView(
    string AdjustmentId,
    string CustomerId,
    string Kind,
    Money Amount,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? GrantId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestId,
    DateTimeOffset CreatedAt)
{
    public static readonly IReadOnlyDictionary<string, AdjustmentKind> Kinds = new Dictionary<string, AdjustmentKind>
    {
        ["refund"] = AdjustmentKind.Refund,
        ["correction"] = AdjustmentKind.Correction,
        ["debt"] = AdjustmentKind.Debt,
    };

    public static AdjustmentView From(Adjustment adjustment, bool isTest) => new(
        Ids.Format(IdPrefix.Adjustment, isTest, adjustment.Id),
        Ids.Format(IdPrefix.Customer, isTest, adjustment.CustomerId),
        Name(adjustment.Kind),
        adjustment.Kind == AdjustmentKind.Refund ? -adjustment.Amount : adjustment.Amount,
        adjustment.Reason,
        adjustment.GrantId is { } grant ? Ids.Format(IdPrefix.Grant, isTest, grant) : null,
        adjustment.RequestId,
        adjustment.CreatedAt);

    public static string Name(AdjustmentKind kind) => Kinds.Single(name => name.Value == kind).Key;
}
