using System.Globalization;

namespace Lava.Server.Api;

/// <summary>Reads a query string and collects what is wrong with it.</summary>
internal sealed class ApiQuery(IQueryCollection query)
{
    // The contract's figures.
    private const int LimitDefault = 10;
    private const int LimitMax = 100;

    public FieldErrors Errors { get; } = new();

    /// <summary>A parameter, by its older name too; null where it is absent or empty. Of several with one name the first counts.</summary>
    public string? Text(string name)
    {
        var text = First(name) ?? (OlderNames.Of(name) is { } older ? First(older) : null);
        if (text is not null && TextRules.Printable(text) is { } message)
        {
            Errors.Add(name, message);
            return null;
        }

        return text;
    }

    public int Limit()
    {
        if (Text("limit") is not { } text)
        {
            return LimitDefault;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= LimitMax)
        {
            return limit;
        }

        Errors.Add("limit", $"must be a number from 1 to {LimitMax}");
        return LimitDefault;
    }

    public Guid? IdCursor()
    {
        if (Text("cursor") is not { } text)
        {
            return null;
        }

        if (!Cursor.TryDecode(text, out Guid id))
        {
            Errors.Add("cursor", "must be the next_cursor of a page before");
        }

        return id;
    }

    public long? EntryCursor()
    {
        if (Text("cursor") is not { } text)
        {
            return null;
        }

        if (!Cursor.TryDecode(text, out long id))
        {
            Errors.Add("cursor", "must be the next_cursor of a page before");
        }

        return id;
    }

    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (choices.TryGetValue(text, out var choice))
        {
            return choice;
        }

        Errors.Add(name, $"must be one of {string.Join(", ", choices.Keys)}");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (TimeText.TryParse(text, out var time))
        {
            return time;
        }

        Errors.Add(name, "must be an ISO 8601 time: 2026-05-15T00:00:00+02:00");
        return null;
    }

    /// <summary>An inclusive end as the first moment after it.</summary>
    public DateTimeOffset? TimeAfter(string name) => Time(name) is { } end ? TimeText.After(Text(name)!, end) : null;

    private string? First(string name) => query[name] is [{ Length: > 0 } first, ..] ? first : null;
}
