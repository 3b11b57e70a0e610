using System.Text;
using Lava.Billing.Checkout;

namespace Lava.Server.Web.Checkout;

/// <summary>The page of every step: the content of <c>main</c>, alone for scripts, or in a document.</summary>
/// <param name="IsEmbedded">In the frame of the merchant's page; else it stands alone.</param>
/// <param name="Country">ISO code that is chosen where nothing tells another.</param>
internal sealed record CheckoutPages(bool IsEmbedded, string Country)
{
    /// <summary>The step, for a person who looks at the document as a whole or at what a script put in the place of the last one.</summary>
    public Markup Main(CheckoutView view, bool isFirst = false)
    {
        var step = Step(view);
        return Markup.Of($"""
            <main id="checkout" class="panel" aria-labelledby="title" data-step="{Name(view.Step)}" data-title="{Title(view, step)}"
            data-module="{step.Module}"{Busy(isFirst)}{Poll(step)}{Connection(view)}>
            <header class="bar">
            <span class="mark" aria-hidden="true">{Initial(view.MerchantName)}</span>
            <p class="merchant"><bdi>{view.MerchantName}</bdi></p>
            {Badge(view)}
            {Close(view)}
            </header>
            {SummaryPart.Of(view)}
            <section class="step">
            {Trail(view)}
            <h1 id="title" tabindex="-1">{step.Title}</h1>
            {step.Body}
            {Help(view)}
            {Leave(view)}
            </section>
            </main>
            """);
    }

    /// <summary>The document's title.</summary>
    public string Title(CheckoutView view) => Title(view, Step(view));

    /// <summary>A step's name in the page and in the header <c>x-checkout-step</c>.</summary>
    public static string Name(CheckoutStep step) => step.ToString().ToLowerInvariant();

    private StepPage Step(CheckoutView view) => view.Step switch
    {
        CheckoutStep.Phone => PhoneStep.Of(view, Country),
        CheckoutStep.Code => CodeStep.Of(view),
        CheckoutStep.Card => CardStep.Of(view),
        CheckoutStep.Confirm => ConfirmStep.Of(view),
        CheckoutStep.Authenticate => AuthenticateStep.Of(view),
        CheckoutStep.Processing => EndSteps.Processing(view),
        CheckoutStep.Done => EndSteps.Done(view),
        CheckoutStep.Expired => EndSteps.Expired(view),
        _ => EndSteps.Unavailable(view),
    };

    private static string Title(CheckoutView view, StepPage step) => $"{step.Title} · {view.MerchantName}";

    private static Markup Busy(bool isFirst) => isFirst ? Markup.Of($""" aria-busy="true" """) : Markup.Empty;

    private static Markup Poll(StepPage step) => step.IsWaiting ? Markup.Of($" data-poll") : Markup.Empty;

    private static Markup Connection(CheckoutView view) => view is { Step: CheckoutStep.Done, ConnectionId: { } id }
        ? Markup.Of($""" data-connection="{id}" """)
        : Markup.Empty;

    private static Markup Badge(CheckoutView view) =>
        view.IsTest ? Markup.Of($"""<span class="badge">Test mode</span>""") : Markup.Empty;

    // Whole characters: half of a surrogate pair is no text.
    private static string Initial(string name) => name.EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(
        rune => Rune.ToUpperInvariant(rune).ToString()).FirstOrDefault() ?? "";

    // Where the page itself can't help further.
    private static Markup Help(CheckoutView view) =>
        view.Errors.Count > 0 || view.Step is CheckoutStep.Processing or CheckoutStep.Expired or CheckoutStep.Unavailable
            ? PagePart.Contact(view)
            : Markup.Empty;

    private static Markup Trail(CheckoutView view)
    {
        var at = view.Trail.ToList().IndexOf(view.Step);
        return at < 0 ? Markup.Empty : Markup.Of($"""<p class="trail">Step {at + 1} of {view.Trail.Count}</p>""");
    }

    // A payment under way goes on without its page: leaving would look like cancelling it. Where it takes minutes the script offers it.
    private Markup Close(CheckoutView view) => !IsEmbedded || view.Step is CheckoutStep.Processing
        ? Markup.Empty
        : Markup.Of($"""
            <button class="close" type="button" data-leave aria-label="Close checkout"><span aria-hidden="true">✕</span></button>
            """);

    private Markup Leave(CheckoutView view)
    {
        if (view.Step == CheckoutStep.Processing)
        {
            return IsEmbedded ? Markup.Of($"""<button class="secondary later" type="button" data-leave>Close</button>""") : Markup.Empty;
        }

        var isOver = view.Step is CheckoutStep.Done or CheckoutStep.Expired or CheckoutStep.Unavailable;
        if (IsEmbedded)
        {
            var name = view is { Step: CheckoutStep.Done, ConnectionId: not null } ? "Done" : "Close";
            return isOver
                ? Markup.Of($"""<button class="primary" type="button" data-leave>{name}</button>""")
                : Markup.Of($"""<button class="link leave" type="button" data-leave>Cancel</button>""");
        }

        return WebOrigin.Of(view.Origin) is { } origin
            ? Markup.Of($"""<a class="{(isOver ? "primary" : "link leave")}" href="{origin}">Back to {new Uri(origin).Authority}</a>""")
            : Markup.Empty;
    }
}
