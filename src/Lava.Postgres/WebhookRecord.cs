namespace Lava.Postgres;

/// <summary>A webhook's row, without its secret.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Name">The merchant's word for it.</param>
/// <param name="Url">The target.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record WebhookRecord(Guid Id, string Name, string Url, DateTimeOffset CreatedAt);
