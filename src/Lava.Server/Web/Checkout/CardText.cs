using System.Collections.Frozen;
using System.Globalization;
using Lava.Billing.Checkout;

namespace Lava.Server.Web.Checkout;

/// <summary>Cards on file in words: texts, no logos.</summary>
internal static class CardText
{
    private static readonly FrozenDictionary<string, string> Brands = new Dictionary<string, string>
    {
        ["visa"] = "Visa",
        ["mastercard"] = "Mastercard",
        ["amex"] = "American Express",
        ["discover"] = "Discover",
        ["diners"] = "Diners Club",
        ["jcb"] = "JCB",
        ["unionpay"] = "UnionPay",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>"Visa", "American Express"; what we do not know, as it is.</summary>
    public static string Brand(CardChoice card) => Brands.GetValueOrDefault(card.Brand, card.Brand);

    /// <summary>"Visa •••• 4242", for screen readers "Visa ending in 4242".</summary>
    public static Markup Name(CardChoice card) => Markup.Of(
        $"""{Brand(card)} <span aria-hidden="true">•••• {card.Last4}</span><span class="unseen">ending in {card.Last4}</span>""");

    /// <summary>"12/2030".</summary>
    public static string Expiry(CardChoice card) =>
        string.Create(CultureInfo.InvariantCulture, $"{card.ExpiryMonth:00}/{card.ExpiryYear}");
}
