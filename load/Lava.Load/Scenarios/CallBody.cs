using System.Globalization;
using System.Text;

namespace Lava.Load.Scenarios;

/// <summary>A request, and how the simulated provider shall answer it.</summary>
internal sealed record CallBody
{
    private const string Word = "several ";
    private const int SmallWords = 120;

    public required byte[] Bytes { get; init; }

    /// <summary>Headers that the simulator obeys.</summary>
    public IReadOnlyList<(string Name, string Value)> Knobs { get; init; } = [];

    /// <summary>About 1 KB that asks for an answer in one piece.</summary>
    /// <param name="tokens">Words of the answer; a hundred are 1 KB.</param>
    public static CallBody Json(int tokens) => Of(SmallWords, tokens, stream: false);

    /// <summary>So many bytes that ask for an answer in one piece.</summary>
    public static CallBody Large(int bytes, int tokens) => Of(bytes / Word.Length, tokens, stream: false);

    /// <summary>About 1 KB that asks for a stream, an event for each word.</summary>
    /// <param name="tokens">Words of the answer.</param>
    /// <param name="perSecond">Its pace; 0: as fast as it can be written.</param>
    public static CallBody Stream(int tokens, int perSecond)
    {
        var body = Of(SmallWords, tokens, stream: true);
        (string, string)[] pace = perSecond == 0 ? [] : [("x-sim-tokens-per-second", perSecond.ToString(CultureInfo.InvariantCulture))];
        return body with { Knobs = [.. body.Knobs, ("x-sim-stamp", "1"), .. pace] };
    }

    private static CallBody Of(int words, int tokens, bool stream)
    {
        var text = FormattableString.Invariant($"{{\"model\":\"gpt-4o-mini\",\"max_tokens\":{tokens},")
            + "\"messages\":[{\"role\":\"user\",\"content\":\""
            + new StringBuilder(words * Word.Length).Insert(0, Word, words)
            + (stream ? "\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "\"}]}");
        return new CallBody
        {
            Bytes = Encoding.UTF8.GetBytes(text),
            Knobs = [("x-sim-tokens", tokens.ToString(CultureInfo.InvariantCulture))],
        };
    }
}
