namespace Lava.Metering.Catalog;

/// <summary>
/// A host of the provider table: a name in which <c>*</c> stands for one character or more of a label. It never crosses a dot, never
/// stands for nothing, is once in a label at most, and in neither of the last two.
/// </summary>
internal sealed class ProviderHostPattern
{
    private const char Any = '*';
    private const int FixedLabels = 2;
    private readonly string[] _labels;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="ArgumentException">It is none, see <see cref="IsValid"/>.</exception>
    public ProviderHostPattern(string text)
    {
        if (!IsValid(text))
        {
            throw new ArgumentException($"'{text}' is not a host.", nameof(text));
        }

        _labels = text.Split('.');
    }

    /// <summary>Is this a host, with or without <c>*</c>?</summary>
    public static bool IsValid(string text)
    {
        var labels = text.Split('.');
        return ProviderHost.IsName(text.Replace(Any, 'a'))
            && labels.All(label => label.Count(c => c == Any) <= 1)
            && !labels.TakeLast(FixedLabels).Any(HasAny);
    }

    /// <summary>Has it a <c>*</c>?</summary>
    public static bool HasAny(string text) => text.Contains(Any);

    /// <summary>Is this host one of the pattern's?</summary>
    public bool Matches(ReadOnlySpan<char> host)
    {
        var label = 0;
        foreach (var range in host.Split('.'))
        {
            if (label == _labels.Length || !Matches(_labels[label], host[range]))
            {
                return false;
            }

            label++;
        }

        return label == _labels.Length;
    }

    /// <summary>Is there a host that both match?</summary>
    public bool Overlaps(ProviderHostPattern other) =>
        _labels.Length == other._labels.Length && _labels.Zip(other._labels).All(pair => CanMeet(pair.First, pair.Second));

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> label)
    {
        var any = pattern.IndexOf(Any);
        return any < 0
            ? label.SequenceEqual(pattern)
            : label.Length >= pattern.Length && label.StartsWith(pattern[..any]) && label.EndsWith(pattern[(any + 1)..]);
    }

    // Two stars meet where neither start and neither end contradicts the other's: a label long enough holds both.
    private static bool CanMeet(string left, string right)
    {
        var (l, r) = (left.IndexOf(Any), right.IndexOf(Any));
        return l < 0 ? Matches(right, left)
            : r < 0 ? Matches(left, right)
            : Agree(left[..l], right[..r]) && Agree(Reversed(left[(l + 1)..]), Reversed(right[(r + 1)..]));
    }

    private static bool Agree(string left, string right) =>
        left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal);

    private static string Reversed(string text) => new([.. text.Reverse()]);
}
