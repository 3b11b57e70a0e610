namespace Lava.Billing.Checkout;

/// <summary>An offer that a merchant's page opens to one person.</summary>
public sealed record CheckoutSession
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose offer.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>What is sold.</summary>
    public required CheckoutMode Mode { get; init; }

    /// <summary>Origin of the page that may embed it: https://shop.example.</summary>
    public required string OriginUrl { get; init; }

    /// <summary>For whom; null: for whoever comes, who becomes a customer by it.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The plan; null in the other modes.</summary>
    public Guid? PlanId { get; init; }

    /// <summary>The credit bundle; null in the other modes.</summary>
    public Guid? CreditBundleId { get; init; }

    /// <summary>The merchant's own name for the customer to be; null where none was given.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it can't be opened.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was bought; null: not yet.</summary>
    public DateTimeOffset? CompletedAt { get; init; }
}
