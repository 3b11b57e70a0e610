using System.Text;
using System.Text.Json.Serialization;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Meters;

namespace Lava.Server.Api.Webhooks;

/// <summary>A delivery as the API shows it; its body as it is sent, where one delivery is asked for.</summary>
internal sealed record DeliveryView(
    string DeliveryId,
    string EventId,
    string Event,
    string State,
    int Attempts,
    int? LastStatus,
    string? LastError,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset CreatedAt,
    string? ReplayOf,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Body)
{
    /// <summary>The words of the API for states.</summary>
    public static readonly IReadOnlyDictionary<string, DeliveryState> States = new Dictionary<string, DeliveryState>
    {
        ["waiting"] = DeliveryState.Waiting,
        ["delivered"] = DeliveryState.Delivered,
        ["given_up"] = DeliveryState.GivenUp,
        ["cancelled"] = DeliveryState.Cancelled,
    };

    public static DeliveryView From(DeliveryRecord record, bool isTest) => new(
        Ids.Format(IdPrefix.Delivery, isTest, record.Id),
        Ids.Format(IdPrefix.Event, isTest, record.EventId),
        WebhookEventNames.Of(record.Kind),
        States.NameOf(record.State),
        record.Attempts,
        record.LastStatus,
        record.LastError,
        record.State == DeliveryState.Waiting ? record.NextAttemptAt : null,
        record.CreatedAt,
        record.ReplayOf is { } first ? Ids.Format(IdPrefix.Delivery, isTest, first) : null,
        record.Body is null ? null : Encoding.UTF8.GetString(record.Body));
}
