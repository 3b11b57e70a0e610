using Lava.Billing.Payments;

namespace Lava.Billing.Checkout;

/// <summary>How the page takes a card.</summary>
/// <param name="Provider">Who takes it.</param>
/// <param name="PublishableKey">Stripe's; null in the sandbox.</param>
/// <param name="ClientSecret">Of the card's entry or of the payment to be confirmed; null in the sandbox.</param>
/// <param name="ScriptUrl">The provider's script; null in the sandbox.</param>
public sealed record CardEntry(PaymentProviderKind Provider, string? PublishableKey, string? ClientSecret, string? ScriptUrl)
{
    /// <summary>Without the secret: records that are logged tell all they have.</summary>
    public override string ToString() => $"CardEntry {Provider}";
}
