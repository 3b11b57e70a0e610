using Lava.Metering;

namespace Lava.Postgres;

/// <summary>Which requests: all conditions hold at once, null is none.</summary>
public sealed record RequestFilter
{
    /// <summary>Whose.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Of this customer.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>On this meter.</summary>
    public Guid? MeterId { get; init; }

    /// <summary>A JSON object of strings: each pair stands in the request's metadata.</summary>
    public string? Metadata { get; init; }

    /// <summary>In this state.</summary>
    public RequestStatus? Status { get; init; }

    /// <summary>To this provider.</summary>
    public string? Provider { get; init; }

    /// <summary>Answered by this model.</summary>
    public string? Model { get; init; }

    /// <summary>So sure of its usage. Sums don't know it.</summary>
    public UsageCertainty? Certainty { get; init; }

    /// <summary>Called with this spend key. Sums don't know it.</summary>
    public Guid? SpendKeyId { get; init; }

    /// <summary>Arrived at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Arrived before.</summary>
    public DateTimeOffset? Until { get; init; }
}
