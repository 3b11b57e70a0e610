namespace Lava.Server.Simulation;

/// <summary>
/// The knobs as data: the name in the model's <c>+name=value</c> parts, the name in an <c>x-sim-…</c> header, the default, the range.
/// Both names work in both places.
/// </summary>
internal static class KnobTable
{
    /// <summary>Not asked for.</summary>
    public const long Unset = -1;

    /// <summary>Output tokens when nothing asks for a number.</summary>
    public const int DefaultTokens = 32;

    /// <summary>Indexed by <see cref="Knob"/>.</summary>
    public static readonly KnobDefinition[] All =
    [
        new("latency", "latency-ms", 0, SimulatorLimits.LatencyMs, "milliseconds until the first byte"),
        new("tokens", "tokens", DefaultTokens, SimulatorLimits.OutputTokens, "words of text in the answer (still bounded by the request)"),
        new("tps", "tokens-per-second", 0, 1_000_000, "pace of a stream; 0: as fast as it can be written"),
        new("chunk", "chunk-tokens", 1, SimulatorLimits.OutputTokens, "words per event of a stream", Min: 1),
        new("split", "chunk-bytes", 0, int.MaxValue, "split the body into writes of so many bytes, each flushed; 0: don't"),
        new("error", "error", 0, 599, "answer with this status and the provider's error body", Min: 400),
        new("retry", "retry-after", 1, 86_400, "seconds in the retry-after header of a 429, 503 or 529"),
        new("after", "fault-after", Unset, int.MaxValue, "fail after so many parts of a stream or bytes of JSON; unset: halfway"),
        new("bytes", "bytes", 16 * 1024 * 1024, SimulatorLimits.PaddingBytes, "size of the padding of the fault huge"),
        new("cached", "cached-tokens", 0, SimulatorLimits.TokenCount, "input read from a cache"),
        new("write", "cache-write-tokens", 0, SimulatorLimits.TokenCount, "input written to a cache for five minutes"),
        new("write-1h", "cache-write-1h-tokens", 0, SimulatorLimits.TokenCount, "input written to a cache for an hour"),
        new("reasoning", "reasoning-tokens", 0, SimulatorLimits.TokenCount, "output spent on reasoning"),
        new("audio-in", "audio-input-tokens", 0, SimulatorLimits.TokenCount, "audio input"),
        new("audio-out", "audio-output-tokens", 0, SimulatorLimits.TokenCount, "audio output"),
        new("image-in", "image-input-tokens", 0, SimulatorLimits.TokenCount, "image input"),
        new("image-out", "image-output-tokens", 0, SimulatorLimits.TokenCount, "image output"),
        new("tool", "tool-tokens", 0, SimulatorLimits.TokenCount, "input that the provider's own tools added"),
        new("searches", "web-searches", 0, 1000, "web searches that the provider ran"),
        new("stamp", "stamp", 0, 1, "1: each event has an id, the timestamp (monotonic clock) at which it was written"),
    ];

    public static bool TryFind(ReadOnlySpan<char> name, out Knob knob)
    {
        for (var i = 0; i < All.Length; i++)
        {
            if (name.Equals(All[i].Part, StringComparison.OrdinalIgnoreCase)
                || name.Equals(All[i].Header, StringComparison.OrdinalIgnoreCase))
            {
                knob = (Knob)i;
                return true;
            }
        }

        knob = default;
        return false;
    }
}
