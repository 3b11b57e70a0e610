namespace Lava.Metering.Scanning;

/// <summary>The scanner of each format.</summary>
internal static class FormatScanners
{
    /// <summary>Makes the scanner of a format; null for one that reads nothing.</summary>
    public static FormatScanner? Create(ApiFormat format, ResponseFacts facts) => format switch
    {
        ApiFormat.OpenAiChat => new FormatScannerOf<OpenAiChatReader>(facts, static facts => new OpenAiChatReader(facts)),
        ApiFormat.OpenAiResponses => new FormatScannerOf<OpenAiResponsesReader>(facts, static facts => new OpenAiResponsesReader(facts)),
        ApiFormat.AnthropicMessages => new FormatScannerOf<AnthropicReader>(facts, static facts => new AnthropicReader(facts)),
        ApiFormat.Gemini => new FormatScannerOf<GeminiReader>(facts, static facts => new GeminiReader(facts)),
        ApiFormat.BedrockConverse => new FormatScannerOf<BedrockConverseReader>(facts, static facts => new BedrockConverseReader(facts)),
        ApiFormat.BedrockInvoke => new FormatScannerOf<BedrockInvokeReader>(facts, static facts => new BedrockInvokeReader(facts)),
        ApiFormat.Fields => new FormatScannerOf<FieldReader>(facts, static facts => new FieldReader(facts)),
        ApiFormat.OpenAiRealtime => new FormatScannerOf<OpenAiRealtimeReader>(facts, static facts => new OpenAiRealtimeReader(facts)),
        _ => null,
    };
}
