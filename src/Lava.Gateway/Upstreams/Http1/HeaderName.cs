using System.Text;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The name of an answer's header, whether it goes to the caller, and some of the values that it had: most are the same with every
/// answer (a content type, a version, a server's name).
/// </summary>
internal sealed class HeaderName(string text)
{
    // A date's length; ids and figures are shorter, but each is another one.
    private const int MaxKeptBytes = 64;
    private const int Places = 4;
    private readonly string?[] _values = new string?[Places];

    /// <summary>The name, as the provider spelled it.</summary>
    public string Text { get; } = text;

    /// <summary>Does it go to the caller?</summary>
    public bool MayPass { get; } = ResponseHeaderPolicy.MayPass(text);

    /// <summary>A value as text; null where it may not be sent on.</summary>
    public string? TextOf(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return "";
        }

        ref var place = ref _values[HeaderNames.Hash(value) & (Places - 1)];
        var kept = Volatile.Read(ref place);
        if (kept is not null && Ascii.Equals(value, kept))
        {
            return kept;
        }

        if (!HeaderValue.IsSafeAscii(value))
        {
            return null;
        }

        kept = Encoding.ASCII.GetString(value);
        if (value.Length <= MaxKeptBytes)
        {
            Volatile.Write(ref place, kept);
        }

        return kept;
    }
}
