namespace Lava.Metering.Catalog;

/// <summary>
/// A path pattern of the provider table, see <see cref="ProviderEndpoint.Path"/>. Compares raw characters: a path that is spelled otherwise
/// does not match.
/// </summary>
internal sealed class ProviderPath
{
    /// <summary>Matches everything.</summary>
    public static readonly ProviderPath Any = new("/**");

    private const string AnySegment = "*";
    private const string Rest = "**";
    private const string Model = "{model}";
    private readonly string[] _segments;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, has <c>**</c> before its end or a misplaced
    /// wildcard.</exception>
    public ProviderPath(string text)
    {
        Text = text;
        _segments = text.Split('/')[1..];
        if (!text.StartsWith('/')
            || !_segments.Select(IsValid).All(valid => valid)
            || Array.IndexOf(_segments, Rest, 0, _segments.Length - 1) >= 0)
        {
            throw new ArgumentException($"'{text}' is not a path pattern.", nameof(text));
        }

        HasModel = text.Contains(Model, StringComparison.Ordinal);
    }

    /// <summary>The pattern.</summary>
    public string Text { get; }

    /// <summary>Does the path hold the model?</summary>
    public bool HasModel { get; }

    /// <summary>Does a path match, and where in it is the model?</summary>
    public bool TryMatch(ReadOnlySpan<char> path, out Range model)
    {
        model = default;
        if (path.IsEmpty || path[0] != '/')
        {
            return false;
        }

        var at = 1;
        foreach (var pattern in _segments)
        {
            if (at > path.Length)
            {
                return false;
            }

            if (pattern == Rest)
            {
                return true;
            }

            var slash = path[at..].IndexOf('/');
            var end = slash < 0 ? path.Length : at + slash;
            if (!TryMatchSegment(pattern, path[at..end], out var modelLength))
            {
                return false;
            }

            model = modelLength > 0 ? at..(at + modelLength) : model;
            at = end + 1;
        }

        return at == path.Length + 1;
    }

    private static bool TryMatchSegment(string pattern, ReadOnlySpan<char> segment, out int modelLength)
    {
        modelLength = 0;
        if (pattern == AnySegment)
        {
            return !segment.IsEmpty;
        }

        if (!pattern.StartsWith(Model, StringComparison.Ordinal))
        {
            return segment.SequenceEqual(pattern);
        }

        var suffix = pattern.AsSpan(Model.Length);
        modelLength = segment.Length - suffix.Length;

        // A model's name has no colon: "x:countTokens:generateContent" must not pass for either.
        return modelLength > 0 && segment.EndsWith(suffix, StringComparison.Ordinal) && !segment[..modelLength].Contains(':');
    }

    private static bool IsValid(string segment)
    {
        var literal = segment.StartsWith(Model, StringComparison.Ordinal) ? segment[Model.Length..] : segment;
        return segment is AnySegment or Rest || literal.AsSpan().IndexOfAny("*{}?#%") < 0;
    }
}
