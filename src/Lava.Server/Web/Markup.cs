namespace Lava.Server.Web;

/// <summary>HTML that may stand in a page as it is: what it was made of is encoded already.</summary>
internal readonly struct Markup
{
    private readonly string? _html;

    private Markup(string html) => _html = html;

    /// <summary>Nothing.</summary>
    public static Markup Empty => default;

    /// <summary>Literal text is HTML, every hole is encoded.</summary>
    public static Markup Of(HtmlText html) => new(html.Take());

    /// <summary>One after the other.</summary>
    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part._html)));

    /// <inheritdoc/>
    public override string ToString() => _html ?? "";
}
