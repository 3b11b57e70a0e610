namespace Lava.Server.Web.Dashboard.Html;

/// <summary>The time zone of the person who looks: what their browser told, else UTC.</summary>
/// <param name="Zone">The zone.</param>
internal sealed record ViewerZone(TimeZoneInfo Zone)
{
    /// <summary>The cookie that the pages' script keeps: a name of the time zone database.</summary>
    public const string Cookie = "lava_zone";

    private const int NameLengthMax = 64;

    /// <summary>UTC.</summary>
    public static readonly ViewerZone Utc = new(TimeZoneInfo.Utc);

    /// <summary>"Europe/Berlin".</summary>
    public string Name => Zone == TimeZoneInfo.Utc ? "UTC" : Zone.Id;

    /// <summary>A zone by its name; UTC where this machine knows none of that name.</summary>
    public static ViewerZone Of(string? name) =>
        name is { Length: > 0 and <= NameLengthMax } && name.All(IsOfName) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? new ViewerZone(zone)
            : Utc;

    /// <summary>A moment as the viewer's clock shows it.</summary>
    public DateTimeOffset Of(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    // A name is looked up as a file: no way out of its folder.
    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+';
}
