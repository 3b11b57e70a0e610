namespace Lava.Metering.Scanning;

/// <summary>The members of OpenAI's token details, which chat completions and Responses name alike.</summary>
internal static class OpenAiTokenDetails
{
    /// <summary>The node of the cached tokens' details: a format that reads them hands their members to <see cref="Cached"/>.</summary>
    public const byte CachedDetails = Node.First + 32;

    /// <summary>Of the input; <c>cache_creation_input_tokens</c> is DashScope's name for what was written to a cache.</summary>
    public static byte Input(ReadOnlySpan<byte> key) => key.Length switch
    {
        12 when key.SequenceEqual("audio_tokens"u8) => UsageTally.NodeOf(Count.AudioInput),
        12 when key.SequenceEqual("image_tokens"u8) => UsageTally.NodeOf(Count.ImageInput),
        13 when key.SequenceEqual("cached_tokens"u8) => UsageTally.NodeOf(Count.Cached),
        18 when key.SequenceEqual("cache_write_tokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        21 when key.SequenceEqual("cached_tokens_details"u8) => CachedDetails,
        26 when key.SequenceEqual("orchestration_input_tokens"u8) => UsageTally.NodeOf(Count.ExtraInput),
        27 when key.SequenceEqual("cache_creation_input_tokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        33 when key.SequenceEqual("orchestration_input_cached_tokens"u8) => UsageTally.NodeOf(Count.ExtraCached),
        _ => Node.None,
    };

    /// <summary>Of the cached input.</summary>
    public static byte Cached(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("audio_tokens"u8) ? UsageTally.NodeOf(Count.CachedAudio) : Node.None;

    /// <summary>Of the output.</summary>
    public static byte Output(ReadOnlySpan<byte> key) => key.Length switch
    {
        12 when key.SequenceEqual("audio_tokens"u8) => UsageTally.NodeOf(Count.AudioOutput),
        12 when key.SequenceEqual("image_tokens"u8) => UsageTally.NodeOf(Count.ImageOutput),
        16 when key.SequenceEqual("reasoning_tokens"u8) => UsageTally.NodeOf(Count.Reasoning),
        27 when key.SequenceEqual("orchestration_output_tokens"u8) => UsageTally.NodeOf(Count.ExtraOutput),
        _ => Node.None,
    };
}
