using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>How the price comes about, its sum, and what is charged next.</summary>
internal static class QuotePart
{
    public static Markup Of(CheckoutView view) => view.Quote is not { } quote
        ? Markup.Empty
        : Markup.Of($"""
            <dl class="quote">
            {quote.Lines.Select(Line)}
            <div class="total"><dt>{Total(view, quote)}</dt><dd>{MoneyText.Of(quote.Fee)}</dd></div>
            {(OfferText.Next(view) is { } next ? Row("Next charge", next) : Markup.Empty)}
            </dl>
            """);

    private static string Total(CheckoutView view, CheckoutQuote quote) =>
        quote.Fee == Money.Zero ? "Nothing to pay today"
        : view.Step == CheckoutStep.Done ? "Paid"
        : "Due today";

    private static Markup Line(QuoteLine line) => Row(line.Text, line.Amount is { } amount ? MoneyText.Of(amount) : "");

    private static Markup Row(string name, string value) => Markup.Of($"""
        <div><dt>{name}</dt><dd>{value}</dd></div>

        """);
}
