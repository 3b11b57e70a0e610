using System.Globalization;

namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Times in the viewer's zone, with the exact one in UTC in their title.</summary>
internal static class TimeMarkup
{
    /// <summary>"15 May 2026, 16:22:31".</summary>
    public static Markup Moment(DateTimeOffset at, ViewerZone zone) => Of(at, zone.Of(at), "d MMM yyyy, HH:mm:ss");

    /// <summary>"15 May 2026".</summary>
    public static Markup Day(DateTimeOffset at, ViewerZone zone) => Of(at, zone.Of(at), "d MMM yyyy");

    /// <summary>A moment, or what stands for none.</summary>
    public static Markup MomentOrNone(DateTimeOffset? at, ViewerZone zone) => at is { } known ? Moment(known, zone) : TextMarkup.None;

    private static Markup Of(DateTimeOffset at, DateTimeOffset shown, string format)
    {
        var utc = Text(at.UtcDateTime, "yyyy-MM-dd HH:mm:ss.fff");
        var stamp = Text(at.UtcDateTime, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        return Markup.Of(
            $"""<time datetime="{stamp}" title="{utc} UTC">{shown.ToString(format, CultureInfo.InvariantCulture)}</time>""");
    }

    private static string Text(DateTime utc, string format) => utc.ToString(format, CultureInfo.InvariantCulture);
}
