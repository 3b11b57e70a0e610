using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>What the steps have in common.</summary>
internal static class PagePart
{
    /// <summary>What is wrong with a field, below it; nothing where it is right. The field names it by <see cref="Describe"/>.</summary>
    public static Markup Error(CheckoutView view, string field) => Error(view, field, Markup.Empty);

    /// <summary>The same where no field names it: it is told at once, and takes the focus.</summary>
    public static Markup ErrorAlone(CheckoutView view, string field) => Error(view, field, Markup.Of($""" role="alert" tabindex="-1" """));

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

    /// <summary>What is wrong with the form as a whole, told at once, and with fields that the step does not show.</summary>
    /// <param name="view">The step.</param>
    /// <param name="shown">The fields whose errors the step shows itself.</param>
    public static Markup Alert(CheckoutView view, params string[] shown)
    {
        var errors = view.Errors.Where(error => !shown.Contains(error.Field));
        var messages = errors.Select(error => Markup.Of($"<p>{error.Message}</p>")).ToArray();
        return messages.Length == 0
            ? Markup.Of($"""<div class="alert" role="alert" tabindex="-1" hidden></div>""")
            : Markup.Of($"""<div class="alert" role="alert" tabindex="-1">{messages}</div>""");
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

    private static Markup Error(CheckoutView view, string field, Markup role)
    {
        var messages = view.Errors.Where(error => error.Field == field).Select(error => error.Message).ToArray();
        return messages.Length == 0
            ? Markup.Empty
            : Markup.Of($"""<p id="{field}-error" class="error"{role}>{string.Join(" ", messages)}</p>""");
    }
}
