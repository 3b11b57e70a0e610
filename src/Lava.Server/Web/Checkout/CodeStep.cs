using Lava.Billing.Checkout;

namespace Lava.Server.Web.Checkout;

/// <summary>The code that was sent is asked for.</summary>
internal static class CodeStep
{
    public static StepPage Of(CheckoutView view)
    {
        var prompt = view.Code ?? new CodePrompt("your phone", null, TimeSpan.Zero);
        return new StepPage("Enter the code", Markup.Of($"""
            <p class="lead">We texted it to <bdi class="nowrap">{prompt.Phone}</bdi>.</p>
            {Shown(prompt.ShownCode)}
            <form data-act="code" novalidate>
            {PagePart.Alert(view, "code")}
            <div class="field">
            <label for="code">Code</label>
            <input id="code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 \-]*"
            maxlength="12" required {PagePart.Describe(view, "code")}>
            {PagePart.Error(view, "code")}
            </div>
            {PagePart.Submit("Continue")}
            </form>
            <div class="others">
            {Resend(prompt.ResendIn)}
            {(view.Code is { MayChange: true } ? PagePart.Other("change-phone", "Change number") : Markup.Empty)}
            </div>
            """)) { Module = "code" };
    }

    private static Markup Shown(string? code) => code is null
        ? Markup.Empty
        : Markup.Of($"""<p class="note">Test mode, nothing was sent. Your code is <output class="shown">{code}</output></p>""");

    private static Markup Resend(TimeSpan? wait) => wait is not { } left
        ? Markup.Of($"""<p class="quiet">No more codes can be sent for this checkout.</p>""")
        : Markup.Of($"""
            <button class="link" type="button" data-act="resend" data-wait="{Seconds(left)}">Send another code</button>
            """);

    // Rounded up: a button that is offered too early only earns a refusal.
    private static int Seconds(TimeSpan left) => (int)Math.Ceiling(Math.Max(0, left.TotalSeconds));
}
