namespace Lava.Billing.Payments;

/// <summary>A card on file.</summary>
public sealed record PaymentMethod
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose.</summary>
    public required Guid CustomerId { get; init; }

    /// <summary>Who charges it.</summary>
    public required PaymentProviderKind Provider { get; init; }

    /// <summary>The provider's name for it; never a card number.</summary>
    public required string Reference { get; init; }

    /// <summary>Who issued it.</summary>
    public required string Brand { get; init; }

    /// <summary>Its last four digits.</summary>
    public required string Last4 { get; init; }

    /// <summary>Its last month, 1 to 12.</summary>
    public required short ExpiryMonth { get; init; }

    /// <summary>Its last year.</summary>
    public required short ExpiryYear { get; init; }

    /// <summary>The one that is charged.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>Why it is charged no more; null: it is.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The same for a person.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When that was found.</summary>
    public DateTimeOffset? ErrorAt { get; init; }

    /// <summary>When it was put on file.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
