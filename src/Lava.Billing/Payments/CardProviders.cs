namespace Lava.Billing.Payments;

/// <summary>Who puts cards on file.</summary>
/// <param name="Test">For test merchants; null: nobody.</param>
/// <param name="Live">For live merchants; null: nobody.</param>
/// <param name="TestKind">Who the first is.</param>
/// <param name="Page">What a page needs to load the entry of a card; null in the sandbox.</param>
public sealed record CardProviders(
    ICardProvider? Test, ICardProvider? Live, PaymentProviderKind TestKind = PaymentProviderKind.Sandbox, CardPage? Page = null)
{
    /// <summary>For a merchant; null: nobody.</summary>
    public ICardProvider? Of(bool isTest) => isTest ? Test : Live;

    /// <summary>Who that is.</summary>
    public PaymentProviderKind KindOf(bool isTest) => isTest ? TestKind : PaymentProviderKind.Stripe;
}
