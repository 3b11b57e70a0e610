using Lava.Billing.Webhooks;

namespace Lava.Postgres;

/// <summary>Writes the body that webhooks get. Null: it can't be written, and nobody is told. Never throws.</summary>
/// <param name="told">The event.</param>
/// <param name="subject">The customer; null: the event is of the merchant's own.</param>
public delegate byte[]? EventRenderer(WebhookEvent told, EventSubject? subject);
