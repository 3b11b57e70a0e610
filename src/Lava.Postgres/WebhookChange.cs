namespace Lava.Postgres;

/// <summary>What is to change of a webhook.</summary>
/// <param name="Name">The merchant's word for it; null: stays.</param>
/// <param name="Url">The target; null: stays.</param>
public sealed record WebhookChange(string? Name, string? Url);
