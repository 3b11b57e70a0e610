using Lava.Billing.Webhooks;

namespace Lava.Postgres;

/// <summary>Writes the body that webhooks get. Null: it can't be written, and nobody is told. Never throws.</summary>
public delegate byte[]? EventRenderer(WebhookEvent told, EventSubject subject);
