namespace Lava.Metering.Scanning;

/// <summary>The members of OpenAI's token details, which chat completions and Responses name alike.</summary>
internal static class OpenAiTokenDetails
{
    /// <summary>Of the input; <c>cache_creation_input_tokens</c> is DashScope's name for what was written to a cache.</summary>
    public static byte Input(ReadOnlySpan<byte> key) => key.Length switch
    {
        12 when key.SequenceEqual("audio_tokens"u8) => UsageTally.NodeOf(Count.AudioInput),
        12 when key.SequenceEqual("image_tokens"u8) => UsageTally.NodeOf(Count.ImageInput),
        13 when key.SequenceEqual("cached_tokens"u8) => UsageTally.NodeOf(Count.Cached),
        18 when key.SequenceEqual("cache_write_tokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        27 when key.SequenceEqual("cache_creation_input_tokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        _ => Node.None,
    };

    /// <summary>Of the output.</summary>
    public static byte Output(ReadOnlySpan<byte> key) => key.Length switch
    {
        12 when key.SequenceEqual("audio_tokens"u8) => UsageTally.NodeOf(Count.AudioOutput),
        12 when key.SequenceEqual("image_tokens"u8) => UsageTally.NodeOf(Count.ImageOutput),
        16 when key.SequenceEqual("reasoning_tokens"u8) => UsageTally.NodeOf(Count.Reasoning),
        _ => Node.None,
    };
}
