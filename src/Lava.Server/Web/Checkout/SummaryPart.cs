using Lava.Billing.Checkout;

namespace Lava.Server.Web.Checkout;

/// <summary>Beside every step: what is sold, its price and what comes with it.</summary>
internal static class SummaryPart
{
    public static Markup Of(CheckoutView view) => view.Offer is not { } offer
        ? Markup.Empty
        : Markup.Of($"""
            <section class="summary" aria-label="Order summary">
            <p class="offer"><bdi>{offer.Name}</bdi></p>
            {Price(view, offer)}
            {Includes(offer)}
            <p class="quiet currency">Prices are in US dollars.</p>
            </section>
            """);

    private static Markup Price(CheckoutView view, CheckoutOffer offer) => (offer.Price ?? view.Amount) switch
    {
        null => Markup.Empty,
        { Units: 0 } => Markup.Of($"""<p class="price"><span class="amount">Free</span></p>"""),
        { } price => Markup.Of($"""
            <p class="price"><span class="amount">{MoneyText.Of(price)}</span>
            <span class="per">{OfferText.PerCycle(offer.Interval)}</span></p>
            """),
    };

    private static Markup Includes(CheckoutOffer offer)
    {
        var lines = OfferText.Includes(offer).Select(line => Markup.Of($"<li>{line}</li>\n")).ToArray();
        return lines.Length == 0 ? Markup.Empty : Markup.Of($"""<ul class="includes" aria-label="Included">{lines}</ul>""");
    }
}
