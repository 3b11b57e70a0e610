namespace Lava.Server.Web.Dashboard.Frame;

/// <summary>A page to show within the frame.</summary>
/// <param name="Area">Where in the menu it belongs.</param>
/// <param name="Title">Its heading, and the document's title.</param>
/// <param name="Body">What follows the heading.</param>
internal sealed record PageView(PageArea Area, string Title, Markup Body)
{
    /// <summary>What stands beside the heading: the page's actions.</summary>
    public Markup Actions { get; init; }

    /// <summary>Its scripts beside the frame's own, as files: "live.mjs".</summary>
    public IReadOnlyList<string> Scripts { get; init; } = [];

    /// <summary>Its style sheets beside the frame's own: "overview.css".</summary>
    public IReadOnlyList<string> Styles { get; init; } = [];

    /// <summary>The status of the answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;
}
