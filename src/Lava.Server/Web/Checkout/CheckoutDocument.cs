using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>
/// Whole documents. Their addresses are relative, so that a proxy may serve them below any path; none has the secret of its session in it.
/// </summary>
internal static class CheckoutDocument
{
    /// <summary>A session's page.</summary>
    public static Markup Of(CheckoutView view, CheckoutPages pages)
    {
        var root = pages.IsEmbedded ? "../../" : "../";
        var session = Ids.Format(IdPrefix.CheckoutSession, view.IsTest, view.SessionId);
        return Markup.Of($"""
            <!doctype html>
            <html lang="en" data-root="{root}" data-session="{session}" data-origin="{WebOrigin.Of(view.Origin)}">
            <head>
            {Head(pages.Title(view), root)}
            <script type="module" src="{root}assets/{WebAssets.Version}/page.mjs"></script>
            </head>
            <body class="{(pages.IsEmbedded ? "embedded" : "alone")}">
            <noscript><p class="noscript">This checkout needs JavaScript. Switch it on and load the page again.</p></noscript>
            {pages.Main(view, isFirst: true)}
            </body>
            </html>

            """);
    }

    /// <summary>
    /// A page that only says something: the session is not to be had. Where the page that frames it is known, it can be closed.
    /// </summary>
    public static Markup Notice(string title, string text, bool isEmbedded, FramedBy? framedBy)
    {
        var root = isEmbedded ? "../../" : "../";
        return Markup.Of($"""
            <!doctype html>
            <html lang="en"{Known(framedBy)}>
            <head>
            {Head(title, root)}
            {Script(framedBy, root)}
            </head>
            <body class="{(framedBy is null ? "alone" : "embedded")}">
            <main class="panel" aria-labelledby="title">
            <section class="step">
            <h1 id="title" tabindex="-1">{title}</h1>
            <p class="lead">{text}</p>
            {Close(framedBy)}
            </section>
            </main>
            </body>
            </html>

            """);
    }

    private static Markup Known(FramedBy? framedBy) => framedBy is null
        ? Markup.Empty
        : Markup.Of($""" data-session="{framedBy.SessionId}" data-origin="{framedBy.Origin}" """);

    private static Markup Script(FramedBy? framedBy, string root) => framedBy is null
        ? Markup.Empty
        : Markup.Of($"""<script type="module" src="{root}assets/{WebAssets.Version}/notice.mjs"></script>""");

    private static Markup Close(FramedBy? framedBy) => framedBy is null
        ? Markup.Empty
        : Markup.Of($"""<button class="primary" type="button" data-leave>Close</button>""");

    private static Markup Head(string title, string root) => Markup.Of($"""
        <meta charset="utf-8">
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" type="image/svg+xml" href="{root}assets/{WebAssets.Version}/icon.svg">
        <link rel="stylesheet" href="{root}assets/{WebAssets.Version}/checkout.css">
        <link rel="stylesheet" href="{root}assets/{WebAssets.Version}/controls.css">
        """);
}
