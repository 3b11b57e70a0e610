namespace Lava.Metering.Scanning;

/// <content>The members that are known, and where they stand.</content>
internal partial struct AnthropicReader
{
    private const byte Type = Node.First;
    private const byte Message = Node.First + 1;
    private const byte Delta = Node.First + 2;
    private const byte StopReason = Node.First + 3;
    private const byte CacheCreation = Node.First + 4;
    private const byte ServerTools = Node.First + 5;
    private const byte OutputDetails = Node.First + 6;
    private const byte Iterations = Node.First + 7;
    private const byte Iteration = Node.First + 8;
    private const byte IterationType = Node.First + 9;
    private const byte IterationModel = Node.First + 10;
    private const byte Speed = Node.First + 11;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => key.SequenceEqual("type"u8) ? Type : RootMember(key),
        Message => RootMember(key),
        Delta => DeltaMember(key),
        Node.Usage => UsageMember(key),
        Iteration => IterationMember(key),
        CacheCreation => CacheMember(key),
        ServerTools => key.SequenceEqual("web_search_requests"u8) ? UsageTally.NodeOf(Count.WebSearches) : Node.None,
        OutputDetails => key.SequenceEqual("thinking_tokens"u8) ? UsageTally.NodeOf(Count.Reasoning) : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) || key.SequenceEqual("thinking"u8) ? Node.Text : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Node.Root => Node.Root,
        Iterations => Iteration,
        Node.Text => Node.TextPart,
        _ => Node.None,
    };

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("id"u8) => Node.Id,
        5 when key.SequenceEqual("model"u8) => Node.Model,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        5 when key.SequenceEqual("delta"u8) => Delta,
        5 when key.SequenceEqual("error"u8) => Node.Error,
        7 when key.SequenceEqual("message"u8) => Message,
        7 when key.SequenceEqual("content"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte DeltaMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("text"u8) => Node.Text,
        8 when key.SequenceEqual("thinking"u8) => Node.Text,
        11 when key.SequenceEqual("stop_reason"u8) => StopReason,
        12 when key.SequenceEqual("partial_json"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte IterationMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("type"u8) => IterationType,
        5 when key.SequenceEqual("model"u8) => IterationModel,
        10 => Node.None,
        _ => UsageMember(key),
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("cost"u8) => Node.Cost,
        5 when key.SequenceEqual("speed"u8) => Speed,
        10 when key.SequenceEqual("iterations"u8) => Iterations,
        12 when key.SequenceEqual("input_tokens"u8) => UsageTally.NodeOf(Count.Input),
        12 when key.SequenceEqual("service_tier"u8) => Node.ServiceTier,
        13 when key.SequenceEqual("output_tokens"u8) => UsageTally.NodeOf(Count.Output),
        13 when key.SequenceEqual("inference_geo"u8) => Node.Region,
        14 when key.SequenceEqual("cache_creation"u8) => CacheCreation,
        15 when key.SequenceEqual("server_tool_use"u8) => ServerTools,
        21 when key.SequenceEqual("output_tokens_details"u8) => OutputDetails,
        23 when key.SequenceEqual("cache_read_input_tokens"u8) => UsageTally.NodeOf(Count.Cached),
        27 when key.SequenceEqual("cache_creation_input_tokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        _ => Node.None,
    };

    private static byte CacheMember(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual("ephemeral_5m_input_tokens"u8))
        {
            return UsageTally.NodeOf(Count.CacheWrite5m);
        }

        return key.SequenceEqual("ephemeral_1h_input_tokens"u8) ? UsageTally.NodeOf(Count.CacheWrite1h) : Node.None;
    }
}
