namespace Lava.Postgres;

/// <summary>A webhook whose last delivery did not succeed.</summary>
/// <param name="Id">Webhook.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">What it answered; null: nothing.</param>
public sealed record FailingWebhook(Guid Id, string Name, int? Status);
