namespace Lava.Billing.Payments;

/// <summary>An attempt that the store knows of: from here its result is asked for until there is one.</summary>
/// <param name="Payment">The payment as it now is.</param>
/// <param name="MethodReference">The provider's name for the card; null: there is none that can be charged.</param>
/// <param name="IsTest">Of a test merchant.</param>
public sealed record PaymentAttempt(Payment Payment, string? MethodReference, bool IsTest)
{
    /// <summary>What became of the bank's question; null: there is none.</summary>
    public PaymentAction? Action { get; init; }

    /// <summary>From 1.</summary>
    public int Number { get; init; } = Payment.Attempts;

    /// <summary>The provider's name of the customer; null where the provider has none.</summary>
    public string? CustomerReference { get; init; }

    /// <summary>The provider's name of the charge; null: it is not known yet, and no money was asked for.</summary>
    public string? ProviderReference { get; init; }

    /// <summary>Who has the card, and so the charge; null: there is no card.</summary>
    public PaymentProviderKind? Provider { get; init; }

    /// <summary>How often the money was asked for.</summary>
    public int Charges { get; init; }

    /// <summary>When it was begun, by PostgreSQL's clock.</summary>
    public DateTimeOffset SentAt { get; init; }

    /// <summary>How long ago that was, by the same clock.</summary>
    public TimeSpan Age { get; init; }
}
