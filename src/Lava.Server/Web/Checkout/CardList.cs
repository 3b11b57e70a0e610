using Lava.Billing.Checkout;

namespace Lava.Server.Web.Checkout;

/// <summary>The cards on file, each a button that chooses it; those that can't be chosen say why.</summary>
internal static class CardList
{
    public static Markup Of(CheckoutView view) => view.Cards.Count == 0
        ? Markup.Empty
        : Markup.Of($"""
            <ul class="cards" aria-label="Cards on file">
            {view.Cards.Select(card => Row(view, card))}
            </ul>
            """);

    private static Markup Row(CheckoutView view, CardChoice card) => card.ErrorCode is { } code
        ? Markup.Of($"""
            <li class="card unusable"><span>{CardText.Name(card)}</span> <span class="quiet">{DeclineText.Of(code)}</span></li>

            """)
        : Markup.Of($"""
            <li><button class="card" type="button" data-act="choose" data-card="{PagePart.CardId(view, card)}"{Current(card)}>
            <span>{CardText.Name(card)}</span> <span class="quiet">Expires {CardText.Expiry(card)}</span></button></li>

            """);

    private static Markup Current(CardChoice card) => card.IsChosen ? Markup.Of($""" aria-current="true" """) : Markup.Empty;
}
