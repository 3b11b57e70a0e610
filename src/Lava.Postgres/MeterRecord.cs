using Lava.Metering.Pricing;

namespace Lava.Postgres;

/// <summary>A meter's row with its tiers.</summary>
/// <param name="Meter">What prices.</param>
/// <param name="Name">What people read.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record MeterRecord(Meter Meter, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>Since when no call can name it; null: it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
