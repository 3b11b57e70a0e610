namespace Lava.Server.Simulation.Answers;

/// <summary>
/// Usage as Gemini spells it: candidates leave out the thoughts, the prompt leaves out what tools added but holds what was read
/// from a cache. Cache writes, which Gemini bills by the hour, count as plain prompt.
/// </summary>
internal static class GeminiUsageWriter
{
    /// <summary>The member <c>usageMetadata</c> with its comma.</summary>
    public static void Write(Answer answer, Utf8Buffer output, long textTokens, bool ended)
    {
        if (answer.Report == UsageReport.Lying)
        {
            output.Append("\"usageMetadata\": {\"promptTokenCount\": "u8).Append(long.MaxValue)
                .Append(",\"candidatesTokenCount\": -1,\"totalTokenCount\": 0},"u8);
            return;
        }

        var candidates = textTokens + (ended ? answer.AudioOutputTokens + answer.ImageOutputTokens : 0);
        output.Append("\"usageMetadata\": {\"promptTokenCount\": "u8).Append(answer.InputTokens - answer.ToolTokens);
        AppendIfAny(output, "\"candidatesTokenCount\": "u8, candidates);
        output.Append(",\"totalTokenCount\": "u8).Append(answer.InputTokens + candidates + answer.ReasoningTokens);
        AppendIfAny(output, "\"cachedContentTokenCount\": "u8, answer.CachedTokens);
        WriteModalities(output, "promptTokensDetails"u8, PromptText(answer), answer.AudioInputTokens, answer.ImageInputTokens);
        if (ended)
        {
            WriteModalities(output, "candidatesTokensDetails"u8, textTokens, answer.AudioOutputTokens, answer.ImageOutputTokens);
        }

        AppendIfAny(output, "\"toolUsePromptTokenCount\": "u8, answer.ToolTokens);
        AppendIfAny(output, "\"thoughtsTokenCount\": "u8, answer.ReasoningTokens);
        output.Append("},"u8);
    }

    private static long PromptText(Answer answer)
    {
        return answer.InputTokens - answer.ToolTokens - answer.AudioInputTokens - answer.ImageInputTokens;
    }

    private static void WriteModalities(Utf8Buffer output, ReadOnlySpan<byte> name, long text, long audio, long image)
    {
        output.Append(",\""u8).Append(name).Append("\": [{\"modality\": \"TEXT\",\"tokenCount\": "u8).Append(text).Append("}"u8);
        if (audio > 0)
        {
            output.Append(",{\"modality\": \"AUDIO\",\"tokenCount\": "u8).Append(audio).Append("}"u8);
        }

        if (image > 0)
        {
            output.Append(",{\"modality\": \"IMAGE\",\"tokenCount\": "u8).Append(image).Append("}"u8);
        }

        output.Append("]"u8);
    }

    // Protocol buffers' JSON leaves out zeros.
    private static void AppendIfAny(Utf8Buffer output, ReadOnlySpan<byte> member, long count)
    {
        if (count > 0)
        {
            output.Append(","u8).Append(member).Append(count);
        }
    }
}
