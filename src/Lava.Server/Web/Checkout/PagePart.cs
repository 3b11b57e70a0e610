using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>What the steps have in common.</summary>
internal static class PagePart
{
    /// <summary>What is wrong with a field, below it; nothing where it is right. The field names it by <see cref="Describe"/>.</summary>
    public static Markup Error(CheckoutView view, string field)
    {
        var messages = view.Errors.Where(error => error.Field == field).Select(error => error.Message).ToArray();
        return messages.Length == 0
            ? Markup.Empty
            : Markup.Of($"""<p id="{field}-error" class="error">{string.Join(" ", messages)}</p>""");
    }

    /// <summary>
    /// The attributes by which a field tells that it is wrong, and why; <paramref name="hint"/> is the id of what explains it.
    /// </summary>
    public static Markup Describe(CheckoutView view, string field, string hint = "")
    {
        if (view.Errors.Any(error => error.Field == field))
        {
            return Markup.Of($"""aria-invalid="true" aria-describedby="{$"{field}-error {hint}".TrimEnd()}" """);
        }

        return hint.Length == 0 ? Markup.Empty : Markup.Of($"""aria-describedby="{hint}" """);
    }

    /// <summary>What is wrong with the form as a whole, told at once.</summary>
    public static Markup Alert(CheckoutView view)
    {
        var messages = view.Errors.Where(error => error.Field.Length == 0).Select(error => Markup.Of($"<p>{error.Message}</p>")).ToArray();
        return messages.Length == 0
            ? Markup.Of($"""<div class="alert" role="alert" hidden></div>""")
            : Markup.Of($"""<div class="alert" role="alert">{messages}</div>""");
    }

    /// <summary>The button that sends the form.</summary>
    public static Markup Submit(string name) => Markup.Of($"""<button class="primary" type="submit">{name}</button>""");

    /// <summary>A button that does something else.</summary>
    public static Markup Other(string act, string name) => Markup.Of(
        $"""<button class="link" type="button" data-act="{act}">{name}</button>""");

    /// <summary>What a button of a card sends.</summary>
    public static string CardId(CheckoutView view, CardChoice card) => Ids.Format(IdPrefix.PaymentMethod, view.IsTest, card.Id);

    /// <summary>Where the merchant helps; nothing where it has told no address.</summary>
    public static Markup Contact(CheckoutView view) => view.SupportContact is { Length: > 0 } contact
        ? Markup.Of($"""<p class="contact">Questions? <bdi>{contact}</bdi></p>""")
        : Markup.Empty;
}
