using Lava.Billing.Checkout;

namespace Lava.Server.Web.Checkout;

/// <summary>The phone is asked for.</summary>
internal static class PhoneStep
{
    public static StepPage Of(CheckoutView view, string guess)
    {
        var prompt = view.Phone ?? new PhonePrompt(null, null, null);
        return prompt.Masked is { } masked ? Known(view, masked) : new StepPage("Your phone number", Markup.Of($"""
            <p class="lead">We'll text you a code. If you have paid here before, we'll find your details by it.</p>
            <form data-act="phone" novalidate>
            {PagePart.Alert(view, "phone", "country")}
            <div class="field">
            <label for="country">Country</label>
            <select id="country" name="country" autocomplete="country" data-keep {PagePart.Describe(view, "country")}>
            {Options(Selected(prompt, guess))}
            </select>
            {PagePart.Error(view, "country")}
            </div>
            <div class="field">
            <label for="number">Phone number</label>
            <input id="number" name="number" type="tel" inputmode="tel" autocomplete="tel-national" maxlength="{Countries.TextMax}"
            value="{prompt.Suggested}" data-keep required {PagePart.Describe(view, "phone")}>
            {PagePart.Error(view, "phone")}
            </div>
            {PagePart.Submit("Text me a code")}
            </form>
            """)) { Module = "phone" };
    }

    private static StepPage Known(CheckoutView view, string masked) => new("Confirm it's you", Markup.Of($"""
        <p class="lead">We'll text a code to your phone <bdi class="nowrap">{masked}</bdi>.</p>
        <form data-act="phone" novalidate>
        {PagePart.Alert(view)}
        {PagePart.Submit("Text me a code")}
        </form>
        """));

    private static string Selected(PhonePrompt prompt, string guess) =>
        Countries.Find(prompt.Country)?.Code
        ?? (prompt.Suggested is { } number ? Countries.Read(null, number)?.Country.Code : null)
        ?? guess;

    private static IEnumerable<Markup> Options(string selected) => Countries.All.Select(country => Markup.Of(
        $"""
        <option value="{country.Code}" data-code="{country.CallingCode}"{Follows(country)}{Chosen(country.Code == selected)}>
        {country.Name} (+{country.CallingCode})</option>

        """));

    // The script follows a number that is typed with a plus.
    private static Markup Follows(Country country) => country.IsMain ? Markup.Of($" data-main") : Markup.Empty;

    private static Markup Chosen(bool isChosen) => isChosen ? Markup.Of($" selected") : Markup.Empty;
}
