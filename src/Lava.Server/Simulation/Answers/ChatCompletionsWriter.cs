namespace Lava.Server.Simulation.Answers;

/// <summary>OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat.</summary>
internal sealed class ChatCompletionsWriter : AnswerWriter
{
    public override void WriteAnswer(Answer answer, Utf8Buffer output)
    {
        WriteHead(answer, output.Append("{\"id\":\"chatcmpl-"u8), "chat.completion"u8);
        output.Append("\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""u8);
        AnswerText.Append(output, answer.Seed, 0, answer.TextTokens);
        output.Append("\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":"u8)
            .Append(FinishReason(answer)).Append("}]"u8);
        if (answer.Report != UsageReport.Missing)
        {
            OpenAiUsageWriter.WriteChat(answer, output.Append(",\"usage\":"u8));
        }

        output.Append("}"u8);
    }

    public override void WriteOpening(Answer answer, Utf8Buffer output)
    {
        BeginChunk(answer, output);
        output.Append("\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},"u8)
            .Append("\"logprobs\":null,\"finish_reason\":null}]"u8);
        EndChunk(answer, output);
    }

    public override void WriteDelta(Answer answer, Utf8Buffer output, long first, long count)
    {
        BeginChunk(answer, output);
        output.Append("\"choices\":[{\"index\":0,\"delta\":{\"content\":\""u8);
        AnswerText.Append(output, answer.Seed, first, count);
        output.Append("\"},\"logprobs\":null,\"finish_reason\":null}]"u8);
        EndChunk(answer, output);
    }

    public override void WriteFinish(Answer answer, Utf8Buffer output)
    {
        BeginChunk(answer, output);
        output.Append("\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":"u8)
            .Append(FinishReason(answer)).Append("}]"u8);
        EndChunk(answer, output);
    }

    public override void WriteEnd(Answer answer, Utf8Buffer output)
    {
        if (answer.IncludeUsage && answer.Report != UsageReport.Missing)
        {
            BeginChunk(answer, output);
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

    internal static ReadOnlySpan<byte> FinishReason(Answer answer) => answer.Limited ? "\"length\""u8 : "\"stop\""u8;

    /// <summary>From the id to the comma before the choices; the id's prefix has been written.</summary>
    internal static void WriteHead(Answer answer, Utf8Buffer output, ReadOnlySpan<byte> objectName)
    {
        AppendId(answer, output);
        output.Append("\",\"object\":\""u8).Append(objectName)
            .Append("\",\"created\":"u8).Append(Answer.CreatedAt)
            .Append(",\"model\":\""u8).Append(answer.Model.Span)
            .Append("\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_"u8).AppendHex(RequestHash.Mix(~answer.Seed))
            .Append("\","u8);
    }

    /// <summary>Ends a chunk that is not the usage chunk: with a null usage where the request asked for usage, else without.</summary>
    internal static void EndChunk(Answer answer, Utf8Buffer output)
    {
        var namesUsage = answer.IncludeUsage && answer.Report != UsageReport.Missing;
        output.Append(namesUsage ? ",\"usage\":null}\n\n"u8 : "}\n\n"u8);
    }

    private static void BeginChunk(Answer answer, Utf8Buffer output)
    {
        WriteHead(answer, output.Append("data: {\"id\":\"chatcmpl-"u8), "chat.completion.chunk"u8);
    }
}
