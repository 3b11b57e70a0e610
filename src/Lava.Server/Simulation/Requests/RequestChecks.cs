namespace Lava.Server.Simulation.Requests;

/// <summary>What a provider refuses before it computes anything, as far as a gateway can cause it.</summary>
internal static class RequestChecks
{
    /// <summary>The body of any of the provider's endpoints.</summary>
    /// <returns>Null when all is well.</returns>
    public static Refusal? Check(SimulatedRoute route, RequestFacts facts) => route.Provider switch
    {
        Provider.Anthropic => CheckAnthropic(route.Operation, facts),
        Provider.Gemini => CheckGemini(facts),
        _ => CheckOpenAi(route.Operation, facts),
    };

    private static Refusal? CheckOpenAi(Operation operation, RequestFacts facts)
    {
        if (!facts.HasModel)
        {
            return new Refusal(400, "The request names no model.", "model", "missing_required_parameter");
        }

        if (!facts.HasText && operation != Operation.Responses)
        {
            var field = operation switch { Operation.ChatCompletions => "messages", Operation.Embeddings => "input", _ => "prompt" };
            return new Refusal(400, $"Missing required parameter: '{field}'.", field, "missing_required_parameter");
        }

        if (operation == Operation.Responses && facts.NamesIncludeUsage)
        {
            const string Name = "stream_options.include_usage";
            return new Refusal(400, $"Unknown parameter: '{Name}'.", Name, "unknown_parameter");
        }

        if (facts.HasStreamOptions && !facts.Stream)
        {
            return new Refusal(400, "'stream_options' is allowed only together with 'stream'.", "stream_options");
        }

        return operation == Operation.Embeddings ? CheckEmbeddings(facts) : CheckMaxTokens(facts, "max_tokens");
    }

    private static Refusal? CheckEmbeddings(RequestFacts facts)
    {
        if (facts.Inputs is < 1 or > SimulatorLimits.EmbeddingInputs)
        {
            return new Refusal(400, $"'input' takes 1 to {SimulatorLimits.EmbeddingInputs} texts.", "input");
        }

        var dimensions = facts.Dimensions ?? 1;
        return dimensions is < 1 or > SimulatorLimits.EmbeddingDimensions || dimensions * facts.Inputs > SimulatorLimits.EmbeddingNumbers
            ? new Refusal(400, $"'dimensions' takes 1 to {SimulatorLimits.EmbeddingDimensions}.", "dimensions")
            : null;
    }

    private static Refusal? CheckAnthropic(Operation operation, RequestFacts facts)
    {
        if (facts.UnknownField is not null)
        {
            return new Refusal(400, $"{facts.UnknownField}: Extra inputs are not permitted");
        }

        if (!facts.HasModel)
        {
            return new Refusal(400, "model: Field required");
        }

        if (!facts.HasText)
        {
            return new Refusal(400, "messages: Field required");
        }

        return operation == Operation.Messages && facts.MaxTokens is null
            ? new Refusal(400, "max_tokens: Field required")
            : CheckMaxTokens(facts, "max_tokens");
    }

    private static Refusal? CheckGemini(RequestFacts facts)
    {
        if (facts.UnknownField is not null)
        {
            return new Refusal(400, $"Invalid JSON payload received. Unknown name \"{facts.UnknownField}\": Cannot find field.");
        }

        return facts.HasText
            ? CheckMaxTokens(facts, "max_output_tokens")
            : new Refusal(400, "GenerateContentRequest.contents: contents is not specified");
    }

    private static Refusal? CheckMaxTokens(RequestFacts facts, string field)
    {
        return facts.MaxTokens < 1 ? new Refusal(400, $"{field}: must be at least 1", field) : null;
    }
}
