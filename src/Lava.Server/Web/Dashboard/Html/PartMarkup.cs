namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Parts that many pages have.</summary>
internal static class PartMarkup
{
    private const string SecretKey = "$LAVA_SECRET_KEY";

    /// <summary>What stands where nothing is yet: what to do next, with lines to copy.</summary>
    public static Markup Empty(string title, string advice, string? lines = null) => Markup.Of($"""
        <div class="empty"><h2>{title}</h2><p>{advice}</p>{(lines is null ? Markup.Empty : Lines(lines))}</div>
        """);

    /// <summary>The same with the way to what is to be done next.</summary>
    public static Markup Empty(string title, string advice, Markup next) =>
        Markup.Of($"""<div class="empty"><h2>{title}</h2><p>{advice}</p><p>{next}</p></div>""");

    /// <summary>A word with a colour: <c>good</c>, <c>bad</c>, <c>warn</c> or <c>plain</c>.</summary>
    public static Markup Badge(string tone, string word) => Markup.Of($"""<span class="badge {tone}">{word}</span>""");

    /// <summary>Names and values below each other.</summary>
    public static Markup Facts(IEnumerable<(string Name, Markup Value)> facts) => Markup.Of($"""
        <dl class="facts">{facts.Select(fact => Markup.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>"))}</dl>
        """);

    /// <summary>A link within the dashboard.</summary>
    /// <param name="address">A path of ours, its parts escaped.</param>
    /// <param name="content">What it reads.</param>
    public static Markup Link(string address, Markup content) => Markup.Of($"""<a href="{address}">{content}</a>""");

    /// <summary>A link within the dashboard.</summary>
    public static Markup Link(string address, string text) => Markup.Of($"""<a href="{address}">{text}</a>""");

    /// <summary>A link that looks like a button.</summary>
    public static Markup Button(string address, string text) => Markup.Of($"""<a class="button" href="{address}">{text}</a>""");

    /// <summary>Several views of one thing.</summary>
    /// <param name="label">What they are views of.</param>
    /// <param name="current">The address of the one that is shown.</param>
    /// <param name="tabs">All of them.</param>
    public static Markup Tabs(string label, string current, IEnumerable<(string Address, string Text)> tabs) => Markup.Of($"""
        <nav class="tabs" aria-label="{label}"><ul>{tabs.Select(tab => Tab(tab.Address, tab.Text, tab.Address == current))}</ul></nav>
        """);

    /// <summary>The way to the next page of a list; nothing on the last one.</summary>
    public static Markup Older(string? address) => address is null
        ? Markup.Empty
        : Markup.Of($"""<p class="pager"><a class="button" rel="next" href="{address}">Older</a></p>""");

    private static Markup Lines(string lines) => Markup.Of($"""
        {TextMarkup.Lines(lines)}
        {(lines.Contains(SecretKey, StringComparison.Ordinal) ? Markup.Of($"""
        <p class="hint"><code>{SecretKey}</code> is a secret key in the environment: a test key for test data, a live key for live data.</p>
        """) : Markup.Empty)}
        """);

    private static Markup Tab(string address, string text, bool isCurrent) => isCurrent
        ? Markup.Of($"""<li><a href="{address}" aria-current="page">{text}</a></li>""")
        : Markup.Of($"""<li><a href="{address}">{text}</a></li>""");
}
