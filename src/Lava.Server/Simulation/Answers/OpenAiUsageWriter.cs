namespace Lava.Server.Simulation.Answers;

/// <summary>Usage in OpenAI's two spellings. Details are subsets of the totals.</summary>
internal static class OpenAiUsageWriter
{
    /// <summary>The <c>usage</c> object of chat completions and completions.</summary>
    public static void WriteChat(Answer answer, Utf8Buffer output)
    {
        if (answer.Report == UsageReport.Lying)
        {
            output.Append("{\"prompt_tokens\":"u8).Append(long.MaxValue).Append(",\"completion_tokens\":-1,\"total_tokens\":0}"u8);
            return;
        }

        output.Append("{\"prompt_tokens\":"u8).Append(answer.InputTokens)
            .Append(",\"completion_tokens\":"u8).Append(answer.OutputTokens)
            .Append(",\"total_tokens\":"u8).Append(answer.InputTokens + answer.OutputTokens)
            .Append(",\"prompt_tokens_details\":{\"cached_tokens\":"u8).Append(answer.CachedTokens)
            .Append(",\"audio_tokens\":"u8).Append(answer.AudioInputTokens);
        AppendIfAny(output, ",\"cache_write_tokens\":"u8, answer.CacheWriteTokens + answer.CacheWrite1hTokens);
        AppendIfAny(output, ",\"image_tokens\":"u8, answer.ImageInputTokens);
        output.Append("},\"completion_tokens_details\":{\"reasoning_tokens\":"u8).Append(answer.ReasoningTokens)
            .Append(",\"audio_tokens\":"u8).Append(answer.AudioOutputTokens);
        AppendIfAny(output, ",\"image_tokens\":"u8, answer.ImageOutputTokens);
        output.Append(",\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"u8);
    }

    /// <summary>The <c>usage</c> object of Responses.</summary>
    public static void WriteResponses(Answer answer, Utf8Buffer output)
    {
        if (answer.Report == UsageReport.Lying)
        {
            output.Append("{\"input_tokens\":"u8).Append(long.MaxValue).Append(",\"output_tokens\":-1,\"total_tokens\":0}"u8);
            return;
        }

        output.Append("{\"input_tokens\":"u8).Append(answer.InputTokens)
            .Append(",\"input_tokens_details\":{\"cached_tokens\":"u8).Append(answer.CachedTokens);
        AppendIfAny(output, ",\"cache_write_tokens\":"u8, answer.CacheWriteTokens + answer.CacheWrite1hTokens);
        output.Append("},\"output_tokens\":"u8).Append(answer.OutputTokens)
            .Append(",\"output_tokens_details\":{\"reasoning_tokens\":"u8).Append(answer.ReasoningTokens)
            .Append("},\"total_tokens\":"u8).Append(answer.InputTokens + answer.OutputTokens).Append("}"u8);
    }

    private static void AppendIfAny(Utf8Buffer output, ReadOnlySpan<byte> name, long count)
    {
        if (count > 0)
        {
            output.Append(name).Append(count);
        }
    }
}
