using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>
/// The page that shows a secret once: the answer to the form that made it, in no cache. Its script takes the form out of the history, so
/// that loading the page anew shows the list and makes nothing.
/// </summary>
internal static class OnceView
{
    /// <summary>The page.</summary>
    /// <param name="area">Where it belongs.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="label">What the secret is.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="back">Where people go on.</param>
    public static PageView Of(PageArea area, string title, string label, string secret, string back) => new(area, title, Markup.Of($"""
        <section data-once="{back}">
        <p class="notice warn" role="status">{label} is shown this once. Keep it where secrets are kept.</p>
        {TextMarkup.Lines(secret)}
        <p>{PartMarkup.Button(back, "Go on")}</p>
        </section>
        """))
    {
        Scripts = ["once.mjs"],
        Styles = ["forms.css"],
    };
}
