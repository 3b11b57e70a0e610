namespace Lava.Metering.Scanning;

/// <content>The members that are known, and where they stand.</content>
internal partial struct OpenAiChatReader
{
    private const byte Choices = Node.First;
    private const byte Choice = Node.First + 1;
    private const byte Delta = Node.First + 2;
    private const byte ToolCalls = Node.First + 3;
    private const byte ToolCall = Node.First + 4;
    private const byte Function = Node.First + 5;
    private const byte FinishReason = Node.First + 6;
    private const byte Groq = Node.First + 7;
    private const byte InputDetails = Node.First + 8;
    private const byte OutputDetails = Node.First + 9;
    private const byte BaseResponse = Node.First + 10;
    private const byte StatusCode = Node.First + 11;
    private const byte Kind = Node.First + 12;
    private const byte OtherInput = Node.OwnCounts;
    private const byte OtherOutput = Node.OwnCounts + 1;
    private const byte ServerTools = Node.First + 15;
    private const byte Extras = Node.First + 16;
    private const byte GoogleExtras = Node.First + 17;
    private const byte Breakdown = Node.First + 18;
    private const byte Parts = Node.First + 19;
    private const byte Part = Node.First + 20;
    private const byte PartModel = Node.First + 21;
    private const byte PartUsage = Node.First + 22;
    private const byte Sources = Node.OwnCounts + 2;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Choice => ChoiceMember(key),
        Delta => DeltaMember(key),
        Node.Usage or PartUsage => UsageMember(key),
        InputDetails => OpenAiTokenDetails.Input(key),
        OutputDetails => OpenAiTokenDetails.Output(key),
        OpenAiTokenDetails.CachedDetails => OpenAiTokenDetails.Cached(key),
        ToolCall => key.SequenceEqual("function"u8) ? Function : Node.None,
        Function => key.SequenceEqual("arguments"u8) ? Node.Text : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) || key.SequenceEqual("thinking"u8) ? Node.Text : Node.None,
        Node.Cost => key.SequenceEqual("total_cost"u8) ? Node.Cost : Node.None,
        Groq => GroqMember(key),
        BaseResponse => key.SequenceEqual("status_code"u8) ? StatusCode : Node.None,
        ServerTools => ServerToolMember(key),
        Extras => key.SequenceEqual("google"u8) ? GoogleExtras : Node.None,
        GoogleExtras => key.SequenceEqual("traffic_type"u8) ? Node.ServiceTier : Node.None,
        Breakdown => key.SequenceEqual("models"u8) ? Parts : Node.None,
        Part => key.SequenceEqual("model"u8) ? PartModel : key.SequenceEqual("usage"u8) ? PartUsage : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        // Google's compatible endpoint puts an error into an array.
        Node.Root => Node.Root,
        Choices => Choice,
        ToolCalls => ToolCall,
        Parts => Part,
        Node.Text => Node.TextPart,
        _ => Node.None,
    };

    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        2 when key.SequenceEqual("id"u8) => Node.Id,
        5 when key.SequenceEqual("model"u8) => Node.Model,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        5 when key.SequenceEqual("error"u8) => Node.Error,
        6 when key.SequenceEqual("object"u8) => Kind,
        6 when key.SequenceEqual("x_groq"u8) => Groq,
        7 when key.SequenceEqual("choices"u8) => Choices,
        9 when key.SequenceEqual("base_resp"u8) => BaseResponse,
        12 when key.SequenceEqual("service_tier"u8) => Node.ServiceTier,
        15 when key.SequenceEqual("usage_breakdown"u8) => Breakdown,
        _ => Node.None,
    };

    private static byte GroqMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        5 when key.SequenceEqual("error"u8) => Node.Error,
        15 when key.SequenceEqual("usage_breakdown"u8) => Breakdown,
        _ => Node.None,
    };

    // Of a stream the whole message is not read: Writer sends it beside the delta, MiniMax after all of them.
    private readonly byte ChoiceMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("text"u8) => Node.Text,
        5 when key.SequenceEqual("delta"u8) => Delta,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        7 when facts.Framing == ResponseFraming.Json && key.SequenceEqual("message"u8) => Delta,
        13 when key.SequenceEqual("finish_reason"u8) => FinishReason,
        _ => Node.None,
    };

    private static byte DeltaMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        7 when key.SequenceEqual("content"u8) || key.SequenceEqual("refusal"u8) => Node.Text,
        9 when key.SequenceEqual("reasoning"u8) => Node.Text,
        10 when key.SequenceEqual("tool_calls"u8) => ToolCalls,
        13 when key.SequenceEqual("function_call"u8) => Function,
        17 when key.SequenceEqual("reasoning_content"u8) => Node.Text,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("cost"u8) => Node.Cost,
        12 when key.SequenceEqual("total_tokens"u8) => UsageTally.NodeOf(Count.Total),
        12 when key.SequenceEqual("input_tokens"u8) => OtherInput,
        13 when key.SequenceEqual("prompt_tokens"u8) => UsageTally.NodeOf(Count.Input),
        13 when key.SequenceEqual("output_tokens"u8) => OtherOutput,
        13 when key.SequenceEqual("cached_tokens"u8) => UsageTally.NodeOf(Count.CachedElsewhere),
        14 when key.SequenceEqual("estimated_cost"u8) => Node.Cost,
        15 when key.SequenceEqual("citation_tokens"u8) => UsageTally.NodeOf(Count.ToolInput),
        15 when key.SequenceEqual("server_tool_use"u8) => ServerTools,
        16 when key.SequenceEqual("reasoning_tokens"u8) => UsageTally.NodeOf(Count.Reasoning),
        16 when key.SequenceEqual("extra_properties"u8) => Extras,
        16 when key.SequenceEqual("num_sources_used"u8) => Sources,
        17 when key.SequenceEqual("completion_tokens"u8) => UsageTally.NodeOf(Count.Output),
        17 when key.SequenceEqual("num_cached_tokens"u8) => UsageTally.NodeOf(Count.CachedElsewhere),
        17 when key.SequenceEqual("cost_in_usd_ticks"u8) => Node.CostTicks,
        18 when key.SequenceEqual("num_search_queries"u8) => UsageTally.NodeOf(Count.WebSearches),
        _ => DetailsOfUsage(key),
    };

    private static byte DetailsOfUsage(ReadOnlySpan<byte> key) => key.Length switch
    {
        20 when key.SequenceEqual("prompt_token_details"u8) || key.SequenceEqual("input_tokens_details"u8) => InputDetails,
        21 when key.SequenceEqual("prompt_tokens_details"u8) => InputDetails,
        21 when key.SequenceEqual("output_tokens_details"u8) => OutputDetails,
        23 when key.SequenceEqual("prompt_cache_hit_tokens"u8) => UsageTally.NodeOf(Count.CachedElsewhere),
        23 when key.SequenceEqual("server_tool_use_details"u8) => ServerTools,
        25 when key.SequenceEqual("completion_tokens_details"u8) => OutputDetails,
        30 when key.SequenceEqual("server_side_tool_usage_details"u8) => ServerTools,
        _ => Node.None,
    };

    // OpenRouter's and xAI's names.
    private static byte ServerToolMember(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("web_search_requests"u8) || key.SequenceEqual("web_search_calls"u8)
            ? UsageTally.NodeOf(Count.WebSearches)
            : Node.None;
}
