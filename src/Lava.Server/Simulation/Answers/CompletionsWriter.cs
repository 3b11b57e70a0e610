namespace Lava.Server.Simulation.Answers;

/// <summary>OpenAI completions, the older API that many self-hosted servers still speak.</summary>
internal sealed class CompletionsWriter : AnswerWriter
{
    public override void WriteAnswer(Answer answer, Utf8Buffer output)
    {
        WriteHead(answer, output.Append("{"u8));
        WriteChoice(answer, output, 0, answer.TextTokens, ChatCompletionsWriter.FinishReason(answer));
        if (answer.Report != UsageReport.Missing)
        {
            OpenAiUsageWriter.WriteChat(answer, output.Append(",\"usage\":"u8));
        }

        output.Append("}"u8);
    }

    public override void WriteOpening(Answer answer, Utf8Buffer output)
    {
    }

    public override void WriteDelta(Answer answer, Utf8Buffer output, long first, long count)
    {
        WriteChunk(answer, output, first, count, "null"u8);
    }

    public override void WriteFinish(Answer answer, Utf8Buffer output)
    {
        WriteChunk(answer, output, answer.TextTokens, 0, ChatCompletionsWriter.FinishReason(answer));
    }

    public override void WriteEnd(Answer answer, Utf8Buffer output)
    {
        if (answer.IncludeUsage && answer.Report != UsageReport.Missing)
        {
            WriteHead(answer, output.Append("data: {"u8));
            OpenAiUsageWriter.WriteChat(answer, output.Append("\"choices\":[],\"usage\":"u8));
            output.Append("}\n\n"u8);
        }

        output.Append("data: [DONE]\n\n"u8);
    }

    public override void WriteError(Answer answer, Utf8Buffer output)
    {
        ErrorWriter.Write(Provider.OpenAi, ErrorWriter.Simulated(500), answer.Seed, output.Append("data: "u8));
        output.Append("\n\n"u8);
    }

    private static void WriteChunk(Answer answer, Utf8Buffer output, long first, long count, ReadOnlySpan<byte> finishReason)
    {
        WriteHead(answer, output.Append("data: {"u8));
        WriteChoice(answer, output, first, count, finishReason);
        ChatCompletionsWriter.EndChunk(answer, output);
    }

    private static void WriteHead(Answer answer, Utf8Buffer output)
    {
        ChatCompletionsWriter.WriteHead(answer, output.Append("\"id\":\"cmpl-"u8), "text_completion"u8);
    }

    private static void WriteChoice(Answer answer, Utf8Buffer output, long first, long count, ReadOnlySpan<byte> finishReason)
    {
        output.Append("\"choices\":[{\"text\":\""u8);
        AnswerText.Append(output, answer.Seed, first, count);
        output.Append("\",\"index\":0,\"logprobs\":null,\"finish_reason\":"u8).Append(finishReason).Append("}]"u8);
    }
}
