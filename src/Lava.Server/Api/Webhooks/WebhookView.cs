using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Webhooks;

/// <summary>A webhook as the API shows it; its secret only in the answer to its making.</summary>
internal sealed record WebhookView(
    string WebhookId,
    string Name,
    string Url,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WebhookSecret)
{
    public static WebhookView From(WebhookRecord record, bool isTest, string? secret = null) => new(
        Ids.Format(IdPrefix.Webhook, isTest, record.Id), record.Name, record.Url, record.CreatedAt, secret);
}
