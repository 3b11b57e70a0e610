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
    public int Number => Payment.Attempts;
}
