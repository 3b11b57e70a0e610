namespace Lava.Server.Simulation;

/// <summary>
/// What a path asks for. Only the end of the path decides, so that any provider with the same shapes can be sent here:
/// <c>/openai/v1/chat/completions</c> (Groq), <c>/anthropic/v1/messages</c> (DeepSeek), Vertex's <c>/v1/projects/…:generateContent</c>.
/// </summary>
internal readonly record struct SimulatedRoute(Operation Operation, Provider Provider)
{
    public const string StatisticsPath = "/sim/stats";

    private static readonly (string End, Operation Operation, Provider Provider)[] Ends =
    [
        ("/chat/completions", Operation.ChatCompletions, Provider.OpenAi),
        ("/v1/messages", Operation.Messages, Provider.Anthropic),
        (":generateContent", Operation.GenerateContent, Provider.Gemini),
        (":streamGenerateContent", Operation.StreamGenerateContent, Provider.Gemini),
        ("/responses", Operation.Responses, Provider.OpenAi),
        ("/embeddings", Operation.Embeddings, Provider.OpenAi),
        ("/completions", Operation.Completions, Provider.OpenAi),
        ("/messages/count_tokens", Operation.CountMessageTokens, Provider.Anthropic),
        (":countTokens", Operation.CountContentTokens, Provider.Gemini),
        ("/v1beta/models", Operation.GeminiModels, Provider.Gemini),
        ("/realtime", Operation.Realtime, Provider.OpenAi),
        ("/models", Operation.OpenAiModels, Provider.OpenAi),
        (StatisticsPath, Operation.Statistics, Provider.OpenAi),
    ];

    /// <summary>The method that the operation is called with.</summary>
    public string Method => Operation
        is Operation.OpenAiModels or Operation.GeminiModels or Operation.Statistics or Operation.Realtime ? "GET" : "POST";

    public static SimulatedRoute Match(string path)
    {
        foreach (var (end, operation, provider) in Ends)
        {
            if (path.EndsWith(end, StringComparison.Ordinal))
            {
                return new SimulatedRoute(operation, provider);
            }
        }

        return new SimulatedRoute(Operation.Unknown, ProviderOf(path));
    }

    /// <summary>Gemini's model, which stands in the path: between the last slash and the last colon.</summary>
    public static ReadOnlySpan<char> ModelIn(string path)
    {
        var end = path.LastIndexOf(':');
        var start = path.LastIndexOf('/') + 1;
        return end > start ? path.AsSpan(start, end - start) : default;
    }

    /// <summary>The path that stands for an operation in the statistics.</summary>
    public static string NameOf(Operation operation)
    {
        foreach (var route in Ends)
        {
            if (route.Operation == operation)
            {
                return route.End;
            }
        }

        return "other";
    }

    private static Provider ProviderOf(string path)
    {
        if (path.StartsWith("/v1beta/", StringComparison.Ordinal))
        {
            return Provider.Gemini;
        }

        return path.StartsWith("/v1/messages", StringComparison.Ordinal) ? Provider.Anthropic : Provider.OpenAi;
    }
}
