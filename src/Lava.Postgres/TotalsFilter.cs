namespace Lava.Postgres;

/// <summary>Which usage is summed; what is null does not restrict.</summary>
public sealed record TotalsFilter
{
    /// <summary>Whose.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>
    /// Of these customers: then the sums that are kept by customer are read: one for each hour, or, where that is not enough to tell,
    /// nearly one for each call of theirs.
    /// </summary>
    public IReadOnlyList<Guid>? Customers { get; init; }

    /// <summary>Of this meter.</summary>
    public Guid? MeterId { get; init; }

    /// <summary>Of this provider.</summary>
    public string? Provider { get; init; }

    /// <summary>Of this model.</summary>
    public string? Model { get; init; }
}
