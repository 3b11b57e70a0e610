namespace Lava.Metering.Scanning;

/// <content>The members that are known, and where they stand.</content>
internal partial struct GeminiReader
{
    private const byte Candidates = Node.First;
    private const byte Candidate = Node.First + 1;
    private const byte Content = Node.First + 2;
    private const byte FinishReason = Node.First + 3;
    private const byte Feedback = Node.First + 4;
    private const byte InputDetails = Node.First + 5;
    private const byte OutputDetails = Node.First + 6;
    private const byte InputDetail = Node.First + 7;
    private const byte OutputDetail = Node.First + 8;
    private const byte Modality = Node.First + 9;
    private const byte ModalityCount = Node.OwnCounts;
    private const byte CacheDetails = Node.First + 11;
    private const byte CacheDetail = Node.First + 12;
    private const byte Grounding = Node.First + 13;
    private const byte Queries = Node.First + 14;
    private const byte Query = Node.First + 15;
    private const byte Blob = Node.First + 16;
    private const byte MediaType = Node.First + 17;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Candidate => CandidateMember(key),
        Content => key.SequenceEqual("parts"u8) ? Node.Text : Node.None,
        Node.TextPart => key.SequenceEqual("text"u8) ? Node.Text : key.SequenceEqual("inlineData"u8) ? Blob : Node.None,
        Blob => key.SequenceEqual("mimeType"u8) ? MediaType : Node.None,
        Feedback => key.SequenceEqual("blockReason"u8) ? FinishReason : Node.None,
        Node.Usage => UsageMember(key),
        InputDetail or OutputDetail or CacheDetail => DetailMember(key),
        Grounding => key.SequenceEqual("webSearchQueries"u8) ? Queries : Node.None,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Node.Root => Node.Root,
        Candidates => Candidate,
        Node.Text => Node.TextPart,
        InputDetails => InputDetail,
        OutputDetails => OutputDetail,
        CacheDetails => CacheDetail,
        Queries => Query,
        _ => Node.None,
    };

    private readonly byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("error"u8) => Node.Error,
        10 when key.SequenceEqual("candidates"u8) => Candidates,

        // Each event repeats them, and the first ones count: what is known is skipped.
        10 when facts.ResponseId.IsEmpty && key.SequenceEqual("responseId"u8) => Node.Id,
        12 when facts.Model.IsEmpty && key.SequenceEqual("modelVersion"u8) => Node.Model,
        13 when key.SequenceEqual("usageMetadata"u8) => Node.Usage,
        14 when key.SequenceEqual("promptFeedback"u8) => Feedback,
        _ => Node.None,
    };

    private static byte CandidateMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        7 when key.SequenceEqual("content"u8) => Content,
        12 when key.SequenceEqual("finishReason"u8) => FinishReason,
        17 when key.SequenceEqual("groundingMetadata"u8) => Grounding,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        11 when key.SequenceEqual("trafficType"u8) || key.SequenceEqual("serviceTier"u8) => Node.ServiceTier,
        15 when key.SequenceEqual("totalTokenCount"u8) => UsageTally.NodeOf(Count.Total),
        16 when key.SequenceEqual("promptTokenCount"u8) => UsageTally.NodeOf(Count.Input),
        18 when key.SequenceEqual("thoughtsTokenCount"u8) => UsageTally.NodeOf(Count.Reasoning),
        18 when key.SequenceEqual("cacheTokensDetails"u8) => CacheDetails,
        18 when key.SequenceEqual("responseTokenCount"u8) => UsageTally.NodeOf(Count.Output),
        19 when key.SequenceEqual("promptTokensDetails"u8) => InputDetails,
        20 when key.SequenceEqual("candidatesTokenCount"u8) => UsageTally.NodeOf(Count.Output),
        21 when key.SequenceEqual("responseTokensDetails"u8) => OutputDetails,
        23 when key.SequenceEqual("cachedContentTokenCount"u8) => UsageTally.NodeOf(Count.Cached),
        23 when key.SequenceEqual("candidatesTokensDetails"u8) => OutputDetails,
        23 when key.SequenceEqual("toolUsePromptTokenCount"u8) => UsageTally.NodeOf(Count.ToolInput),
        26 when key.SequenceEqual("toolUsePromptTokensDetails"u8) => InputDetails,
        _ => Node.None,
    };

    private static byte DetailMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        8 when key.SequenceEqual("modality"u8) => Modality,
        10 when key.SequenceEqual("tokenCount"u8) => ModalityCount,
        _ => Node.None,
    };
}
