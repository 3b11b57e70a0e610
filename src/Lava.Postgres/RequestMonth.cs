using Lava.Core;

namespace Lava.Postgres;

/// <summary>The months that the table of requests is parted by.</summary>
internal static class RequestMonth
{
    // As in the schema: what lies outside has a partition already.
    private static readonly long First = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long End = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The first day of the month whose partition takes a request; null: one that is always there.</summary>
    public static DateOnly? Of(Guid id)
    {
        var time = Ids.UnixMilliseconds(id);
        return time < First || time >= End ? null : StartOf(DateTimeOffset.FromUnixTimeMilliseconds(time));
    }

    /// <summary>The first day of a time's month.</summary>
    public static DateOnly StartOf(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1);
}
