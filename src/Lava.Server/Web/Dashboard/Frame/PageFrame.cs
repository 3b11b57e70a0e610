using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>Whole documents: the head, the menu, the page, what stands below it.</summary>
internal static class PageFrame
{
    /// <summary>The cookie of people who chose a theme: "light" or "dark".</summary>
    public const string ThemeCookie = "lava_theme";

    /// <summary>What a page says that has nothing to show without the database.</summary>
    public const string AwayText = "PostgreSQL is away. Calls go on and nothing is lost; this page comes back with it.";

    /// <summary>A page for who has signed in.</summary>
    /// <param name="call">Who.</param>
    /// <param name="view">The page.</param>
    /// <param name="attention">How much needs attention: the menu says so.</param>
    public static Markup Of(PageCall call, PageView view, int attention) =>
        Markup.Join([Begin(call, view, attention), view.Body, End(call)]);

    /// <summary>All that stands before a page's body.</summary>
    public static Markup Begin(PageCall call, PageView view, int attention) => Markup.Join([
        Head(call.Http.Request, view.Title, view.Styles, view.Scripts),
        Markup.Of($"""
        <a class="skip" href="#main">To the content</a>
        {Header(call, view.Area, attention)}
        <main id="main" tabindex="-1">
        {Away(call)}
        {Done(call)}
        <div class="heading"><h1>{TextMarkup.Name(view.Title)}</h1><div class="actions">{view.Actions}</div></div>

        """)]);

    /// <summary>All that stands behind it.</summary>
    public static Markup End(PageCall call) => Markup.Join([
        Markup.Of($"""

        </main>
        <footer><p>Times in {call.Zone.Name}. Made at {TimeMarkup.Moment(call.Now, call.Zone)}.
        <button type="button" data-keys title="?" hidden>Keyboard</button></p></footer>
        """),
        Foot]);

    /// <summary>What stands in a body's place that can't be had, where the frame was sent already.</summary>
    /// <param name="text">What hinders.</param>
    /// <param name="again">The address to try again, a path of ours; null: there is no use in that.</param>
    public static Markup Missing(string text, string? again) => Markup.Of($"""
        <p class="notice warn" role="status">{text}</p><p>{(again is null ? Markup.Empty : PartMarkup.Button(again, "Try again"))}</p>
        """);

    /// <summary>A page that stands alone: signing in, or a failure.</summary>
    /// <param name="request">Whose theme it has; null: nobody's.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="body">What follows.</param>
    public static Markup Alone(HttpRequest? request, string title, Markup body) => Document(
        request, title, Markup.Of($"""<main id="main" class="alone"><h1>{title}</h1>{body}</main>"""));

    /// <summary>A failure.</summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="text">What hinders.</param>
    /// <param name="again">The address to try again, a path of ours; null: there is no use in that.</param>
    public static Markup Notice(int status, string text, string? again = null)
    {
        var title = status switch
        {
            StatusCodes.Status404NotFound => "There is no such page",
            StatusCodes.Status403Forbidden => "This was not done",
            StatusCodes.Status503ServiceUnavailable => "Wait a moment",
            >= StatusCodes.Status500InternalServerError => "This page can't be shown",
            _ => "This can't be done",
        };
        var retry = again is null ? Markup.Empty : PartMarkup.Button(again, "Try again");
        return Alone(null, title, Markup.Of($"""<p>{text}</p><p>{retry} {PartMarkup.Button("/dashboard", "To the overview")}</p>"""));
    }

    private static Markup Foot => Markup.Of($"""

        </body>
        </html>

        """);

    private static Markup Document(HttpRequest? request, string title, Markup body) =>
        Markup.Join([Head(request, title, [], []), body, Foot]);

    private static Markup Head(
        HttpRequest? request, string title, IReadOnlyList<string> styles, IReadOnlyList<string> scripts) => Markup.Of($"""
        <!doctype html>
        <html lang="en" data-theme="{Theme(request)}">
        <head>
        <meta charset="utf-8">
        <title>{TextMarkup.Plain(title)} · Lava</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" type="image/svg+xml" href="{Asset("icon.svg")}">
        <link rel="stylesheet" href="{Asset("dashboard.css")}">
        {styles.Select(style => Markup.Of($"""<link rel="stylesheet" href="{Asset(style)}">"""))}
        {scripts.Select(Script)}
        <script type="module" src="{Asset("dashboard.mjs")}"></script>
        </head>
        <body>

        """);

    // A library that is no module runs before the modules, in the order in which they stand here.
    private static Markup Script(string name) => name.EndsWith(".mjs", StringComparison.Ordinal)
        ? Markup.Of($"""<script type="module" src="{Asset(name)}"></script>""")
        : Markup.Of($"""<script defer src="{Asset(name)}"></script>""");

    private static string Asset(string name) => $"/assets/{WebAssets.Version}/{name}";

    private static string Theme(HttpRequest? request) => request?.Cookies[ThemeCookie] switch
    {
        "light" => "light",
        "dark" => "dark",
        _ => "auto",
    };

    private static Markup Header(PageCall call, PageArea area, int attention) => Markup.Of($"""
        <header class="top">
        <p class="brand"><a href="{call.Link(PageArea.Overview.Path)}">Lava</a>
        <span class="merchant">{TextMarkup.Name(call.Session.Account.Name)}</span></p>
        <nav class="modes" aria-label="Mode"><ul>{ModeLink(call, area, isTest: false)}{ModeLink(call, area, isTest: true)}</ul></nav>
        <details class="menu" open><summary>Menu{Count(attention)}</summary>
        <nav aria-label="Pages"><ul>
        {PageArea.OfMerchant.Select(one => MenuLink(call, one, area, attention))}{OperatorLink(call, area)}
        </ul></nav>
        </details>
        <div class="tools">
        <button type="button" data-theme-switch hidden>Theme</button>
        <button type="button" data-digits-switch aria-pressed="{(call.HasAllDigits ? "true" : "false")}" hidden>All digits</button>
        {FormMarkup.Button("/dashboard/sign-out", call.FormToken, "Sign out")}
        </div>
        {(call.IsTest && area != PageArea.Operations ? Markup.Of($"""<p class="band">Test data: no money moves.</p>""") : Markup.Empty)}
        </header>
        """);

    // The same area of the other mode: a single thing exists in one mode only, and so do filters by one.
    private static Markup ModeLink(PageCall call, PageArea area, bool isTest)
    {
        var name = isTest ? "Test" : "Live";
        var path = PageArea.OfMerchant.Contains(area) ? area.Path : PageArea.Overview.Path;
        if (call.IsTest == isTest)
        {
            return Markup.Of($"""<li><a href="{call.Link(path)}" aria-current="true">{name}</a></li>""");
        }

        return call.Session.MerchantOf(isTest) is null
            ? Markup.Of($"""<li><span class="none" title="Sign in with a live key to see live data">{name}</span></li>""")
            : Markup.Of($"""<li><a href="/dashboard/{(isTest ? "test" : "live")}{path}">{name}</a></li>""");
    }

    // What needs attention is a list of the overview.
    private static Markup MenuLink(PageCall call, PageArea one, PageArea current, int attention) =>
        MenuLink(call.Link(one.Path), one, one == current, one == PageArea.Overview ? Count(attention) : Markup.Empty);

    private static Markup OperatorLink(PageCall call, PageArea current) => call.Session.Account.IsFirst
        ? MenuLink($"/dashboard{PageArea.Operations.Path}", PageArea.Operations, current == PageArea.Operations, Markup.Empty)
        : Markup.Empty;

    private static Markup MenuLink(string address, PageArea one, bool isCurrent, Markup count) => isCurrent
        ? Markup.Of($"""<li><a href="{address}" aria-current="page" data-key="{one.Key.ToString()}">{one.Name}{count}</a></li>""")
        : Markup.Of($"""<li><a href="{address}" data-key="{one.Key.ToString()}">{one.Name}{count}</a></li>""");

    private static Markup Count(int attention) => Markup.Of($"""
         <span class="count" data-menu-count{(attention == 0 ? Markup.Of($" hidden") : Markup.Empty)}><b>{attention}</b><span
        class="unseen"> need attention</span></span>
        """);

    private static Markup Away(PageCall call) => call.Parts.Postgres().Away is null
        ? Markup.Empty
        : Markup.Of($"""<p class="notice warn" role="status">PostgreSQL is away: calls go on, these figures wait for it.</p>""");

    private static Markup Done(PageCall call) => Frame.Notice.Text(call.Query(Frame.Notice.Parameter)) is { } text
        ? Markup.Of($"""<p class="notice good" role="status" data-done>{text}</p>""")
        : Markup.Empty;
}
