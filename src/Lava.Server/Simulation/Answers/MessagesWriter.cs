namespace Lava.Server.Simulation.Answers;

/// <summary>
/// Anthropic messages: https://platform.claude.com/docs/en/api/messages. The stream tells the input at its start and everything,
/// cumulative, in its message_delta.
/// </summary>
internal sealed class MessagesWriter : AnswerWriter
{
    // What message_start reports before anything was generated; real answers have 1 to 8.
    private const int FirstOutputTokens = 1;

    public override void WriteAnswer(Answer answer, Utf8Buffer output)
    {
        BeginMessage(answer, output);
        if (answer.ReasoningTokens > 0)
        {
            output.Append("{\"type\":\"thinking\",\"thinking\":\"Lava, hm.\",\"signature\":\""u8);
            AppendId(answer, output);
            output.Append("\"},"u8);
        }

        output.Append("{\"type\":\"text\",\"text\":\""u8);
        AnswerText.Append(output, answer.Seed, 0, answer.TextTokens);
        output.Append("\"}],\"stop_reason\":"u8).Append(StopReason(answer)).Append(",\"stop_sequence\":null"u8);
        AnthropicUsageWriter.WriteFinal(answer, output);
        output.Append("}"u8);
    }

    public override void WriteOpening(Answer answer, Utf8Buffer output)
    {
        output.Append("event: message_start\ndata: {\"type\":\"message_start\",\"message\":"u8);
        BeginMessage(answer, output);
        output.Append("],\"stop_reason\":null,\"stop_sequence\":null"u8);
        AnthropicUsageWriter.WriteInitial(answer, output, FirstOutputTokens);
        output.Append("}}\n\n"u8);
        if (answer.ReasoningTokens > 0)
        {
            WriteThinking(answer, output);
        }

        output.Append("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"u8).Append(TextIndex(answer))
            .Append(",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n"u8);
    }

    public override void WriteDelta(Answer answer, Utf8Buffer output, long first, long count)
    {
        output.Append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8).Append(TextIndex(answer))
            .Append(",\"delta\":{\"type\":\"text_delta\",\"text\":\""u8);
        AnswerText.Append(output, answer.Seed, first, count);
        output.Append("\"}}\n\n"u8);
    }

    public override void WriteFinish(Answer answer, Utf8Buffer output) => WriteBlockStop(output, TextIndex(answer));

    public override void WriteEnd(Answer answer, Utf8Buffer output)
    {
        output.Append("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"u8).Append(StopReason(answer))
            .Append(",\"stop_sequence\":null}"u8);
        AnthropicUsageWriter.WriteFinal(answer, output);
        output.Append("}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8);
    }

    public override void WriteError(Answer answer, Utf8Buffer output)
    {
        ErrorWriter.Write(Provider.Anthropic, ErrorWriter.Simulated(529), answer.Seed, output.Append("event: error\ndata: "u8));
        output.Append("\n\n"u8);
    }

    private static ReadOnlySpan<byte> StopReason(Answer answer) => answer.Limited ? "\"max_tokens\""u8 : "\"end_turn\""u8;

    private static int TextIndex(Answer answer) => answer.ReasoningTokens > 0 ? 1 : 0;

    private static void BeginMessage(Answer answer, Utf8Buffer output)
    {
        output.Append("{\"id\":\"msg_"u8);
        AppendId(answer, output);
        output.Append("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""u8).Append(answer.Model.Span)
            .Append("\",\"content\":["u8);
    }

    private static void WriteThinking(Answer answer, Utf8Buffer output)
    {
        output.Append("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"u8)
            .Append("\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n"u8)
            .Append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"u8)
            .Append("\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Lava, hm.\"}}\n\n"u8)
            .Append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"u8)
            .Append("\"delta\":{\"type\":\"signature_delta\",\"signature\":\""u8);
        AppendId(answer, output);
        output.Append("\"}}\n\n"u8);
        WriteBlockStop(output, 0);
    }

    private static void WriteBlockStop(Utf8Buffer output, int index)
    {
        output.Append("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8).Append(index).Append("}\n\n"u8);
    }
}
