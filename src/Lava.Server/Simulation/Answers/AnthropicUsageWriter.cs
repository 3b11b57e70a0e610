namespace Lava.Server.Simulation.Answers;

/// <summary>Usage as Anthropic spells it: <c>input_tokens</c> leaves out what a cache was read or written for.</summary>
internal static class AnthropicUsageWriter
{
    /// <summary>The member <c>usage</c> with its comma, as in message_start: no output yet.</summary>
    public static void WriteInitial(Answer answer, Utf8Buffer output, long outputTokens)
    {
        if (answer.Report == UsageReport.Missing)
        {
            return;
        }

        WriteInput(answer, output);
        output.Append(",\"output_tokens\":"u8).Append(outputTokens).Append(",\"service_tier\":\"standard\"}"u8);
    }

    /// <summary>The member <c>usage</c> with its comma, as in a whole message and in message_delta.</summary>
    public static void WriteFinal(Answer answer, Utf8Buffer output)
    {
        if (answer.Report == UsageReport.Missing)
        {
            return;
        }

        WriteInput(answer, output);
        output.Append(",\"output_tokens\":"u8).Append(answer.Report == UsageReport.Lying ? -1 : answer.OutputTokens);
        if (answer.ReasoningTokens > 0)
        {
            output.Append(",\"output_tokens_details\":{\"thinking_tokens\":"u8).Append(answer.ReasoningTokens).Append("}"u8);
        }

        if (answer.WebSearches > 0)
        {
            output.Append(",\"server_tool_use\":{\"web_search_requests\":"u8).Append(answer.WebSearches).Append("}"u8);
        }

        output.Append(",\"service_tier\":\"standard\"}"u8);
    }

    private static void WriteInput(Answer answer, Utf8Buffer output)
    {
        var written = answer.CacheWriteTokens + answer.CacheWrite1hTokens;
        var uncached = answer.InputTokens - answer.CachedTokens - written;
        output.Append(",\"usage\":{\"input_tokens\":"u8).Append(answer.Report == UsageReport.Lying ? long.MaxValue : uncached)
            .Append(",\"cache_creation_input_tokens\":"u8).Append(written)
            .Append(",\"cache_read_input_tokens\":"u8).Append(answer.CachedTokens)
            .Append(",\"cache_creation\":{\"ephemeral_5m_input_tokens\":"u8).Append(answer.CacheWriteTokens)
            .Append(",\"ephemeral_1h_input_tokens\":"u8).Append(answer.CacheWrite1hTokens).Append("}"u8);
    }
}
