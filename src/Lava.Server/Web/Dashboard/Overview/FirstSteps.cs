using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>From nothing to a call that a customer pays: each step with the way to it, and whether it is done.</summary>
internal static class FirstSteps
{
    /// <summary>The list.</summary>
    public static async Task<Markup> ReadAsync(PageCall call)
    {
        var hasMeter = await HasAnyAsync(call, "/meters?limit=1");
        var hasCustomer = await HasAnyAsync(call, "/customers?limit=1");
        var hasKey = HasManagedKey(call) || await HasAnyAsync(call, "/provider_keys");
        return Markup.Of($"""
            <section aria-label="First steps"><h2>To a call that a customer pays</h2>
            <ol class="steps">
            {Step(call, hasKey, "/keys/providers", "Set a provider's key", "With it the gateway calls the provider for you.")}
            {Step(call, hasMeter, "/pricing/meters/new", "Make a meter", "It says what a customer pays for a call.")}
            {Step(call, hasCustomer, "/customers/new", "Make a customer", "It has a balance that its calls are paid out of.")}
            {Step(call, false, "/customers", "Give it credit", "On the customer's page: by hand, or by a link where it pays.")}
            {Step(call, false, "/keys/token", "Let it call", "A token names customer and meter; the lines to copy are there.")}
            </ol></section>
            """);
    }

    private static bool HasManagedKey(PageCall call) =>
        call.Parts.Management.Catalog.Providers.Any(call.Parts.Management.ManagedKeys.Has);

    private static async Task<bool> HasAnyAsync(PageCall call, string list) => (await call.GetAsync(list)).Rows.Any();

    private static Markup Step(PageCall call, bool isDone, string path, string what, string why) => Markup.Of($"""
        <li>{PartMarkup.Link(call.Link(path), what)} {(isDone ? PartMarkup.Badge("good", "done") : Markup.Empty)}
        <span class="hint">{why}</span></li>
        """);
}
