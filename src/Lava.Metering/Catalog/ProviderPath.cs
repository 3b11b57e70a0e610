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
    private const string LongModel = "{model+}";
    private const string Job = "{job}";
    private const string EncodedColon = "%3A";
    private readonly string[] _segments;
    private readonly int _longModel;
    private readonly int _model;
    private readonly int _job;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, has <c>**</c> before its end, a place twice or a misplaced
    /// wildcard.</exception>
    public ProviderPath(string text)
    {
        Text = text;
        _segments = text.Split('/')[1..];
        _longModel = Array.IndexOf(_segments, LongModel);
        _model = Array.FindIndex(_segments, segment => segment == LongModel || PlaceOf(segment) == Model);
        _job = Array.FindIndex(_segments, segment => PlaceOf(segment) == Job);
        if (!text.StartsWith('/')
            || !_segments.Select(IsValid).All(valid => valid)
            || Array.IndexOf(_segments, Rest, 0, _segments.Length - 1) >= 0
            || (_longModel >= 0 && _segments[^1] == Rest)
            || _segments.Count(segment => segment == LongModel || PlaceOf(segment) == Model) > 1
            || _segments.Count(segment => PlaceOf(segment) == Job) > 1)
        {
            throw new ArgumentException($"'{text}' is not a path pattern.", nameof(text));
        }

    }

    /// <summary>The pattern.</summary>
    public string Text { get; }

    /// <summary>Does the path hold the model?</summary>
    public bool HasModel => _model >= 0;

    /// <summary>Does the path hold a job's id?</summary>
    public bool HasJob => _job >= 0;

    /// <summary>Does a path match, and where in it is the model?</summary>
    public bool TryMatch(ReadOnlySpan<char> path, out Range model) => TryMatch(path, StringComparison.Ordinal, out model, out _);

    /// <summary>Does a path match, and where in it are the model and the job's id?</summary>
    public bool TryMatch(ReadOnlySpan<char> path, StringComparison comparison, out Range model, out Range job)
    {
        model = default;
        job = default;
        if (path.IsEmpty || path[0] != '/')
        {
            return false;
        }

        // The long model takes the segments that the other ones leave, at least one.
        var more = _longModel < 0 ? 0 : path.Count('/') - _segments.Length;
        if (more < 0)
        {
            return false;
        }

        var at = 1;
        for (var i = 0; i < _segments.Length; i++)
        {
            if (at > path.Length)
            {
                return false;
            }

            if (_segments[i] == Rest)
            {
                return true;
            }

            var end = EndOf(path, at);
            if (i == _longModel)
            {
                for (var k = 0; k < more; k++)
                {
                    end = EndOf(path, end + 1);
                }
            }

            if (!TryMatchSegment(_segments[i], path[at..end], comparison, out var length))
            {
                return false;
            }

            var place = at..(at + length);
            model = i == _model ? place : model;
            job = i == _job ? place : job;
            at = end + 1;
        }

        return at == path.Length + 1;
    }

    private static int EndOf(ReadOnlySpan<char> path, int at)
    {
        var slash = path[at..].IndexOf('/');
        return slash < 0 ? path.Length : at + slash;
    }

    /// <param name="pattern">A segment of the pattern.</param>
    /// <param name="segment">A segment of the path, or several for the long model.</param>
    /// <param name="comparison">How literals are compared.</param>
    /// <param name="length">Characters of the model or the job's id, which stand at the segment's start.</param>
    private static bool TryMatchSegment(string pattern, ReadOnlySpan<char> segment, StringComparison comparison, out int length)
    {
        length = 0;
        switch (pattern)
        {
            case AnySegment:
                return !segment.IsEmpty;
            case LongModel:
                length = segment.Length;
                return !segment.IsEmpty && segment[0] != '/' && segment[^1] != '/' && !segment.Contains("//", StringComparison.Ordinal);
        }

        var place = PlaceOf(pattern);
        if (place.Length == 0)
        {
            return segment.Equals(pattern, comparison);
        }

        var suffix = pattern.AsSpan(place.Length);
        length = segment.Length - suffix.Length;
        return length > 0 && segment.EndsWith(suffix, comparison) && (suffix.IsEmpty || !HasColon(segment[..length]));
    }

    // "x:countTokens:generateContent" must not pass for either. Without a suffix a colon is a part of the name, as in Bedrock's.
    private static bool HasColon(ReadOnlySpan<char> name) =>
        name.Contains(':') || name.Contains(EncodedColon, StringComparison.OrdinalIgnoreCase);

    private static string PlaceOf(string segment) =>
        segment.StartsWith(Model, StringComparison.Ordinal) ? Model
        : segment.StartsWith(Job, StringComparison.Ordinal) ? Job
        : "";

    private static bool IsValid(string segment) =>
        segment is AnySegment or Rest or LongModel || segment.AsSpan(PlaceOf(segment).Length).IndexOfAny("*{}?#%") < 0;
}
