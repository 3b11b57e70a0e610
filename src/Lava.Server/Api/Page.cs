namespace Lava.Server.Api;

/// <summary>A part of a list.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Data, bool HasMore, string? NextCursor)
{
    /// <summary>The first <paramref name="limit"/> of rows of which one more was asked for.</summary>
    public static Page<T> From<TRow>(List<TRow> rows, int limit, Func<TRow, T> view, Func<TRow, string> cursor)
    {
        var hasMore = rows.Count > limit;
        var data = rows.Take(limit).Select(view).ToArray();
        return new Page<T>(data, hasMore, hasMore ? cursor(rows[limit - 1]) : null);
    }
}
