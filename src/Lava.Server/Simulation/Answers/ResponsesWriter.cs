namespace Lava.Server.Simulation.Answers;

/// <summary>OpenAI Responses: https://platform.openai.com/docs/api-reference/responses. The stream has no [DONE].</summary>
internal sealed class ResponsesWriter : AnswerWriter
{
    public override void WriteAnswer(Answer answer, Utf8Buffer output) => WriteResponse(answer, output, ended: true);

    public override void WriteOpening(Answer answer, Utf8Buffer output)
    {
        foreach (var isCreated in (ReadOnlySpan<bool>)[true, false])
        {
            BeginEvent(answer, output, isCreated ? "response.created"u8 : "response.in_progress"u8);
            WriteResponse(answer, output.Append(",\"response\":"u8), ended: false);
            output.Append("}\n\n"u8);
        }

        for (var item = 0; item < ResponsesItems.MessageIndex(answer); item++)
        {
            WriteItemEvent(answer, output, "response.output_item.added"u8, item, ended: false);
            WriteItemEvent(answer, output, "response.output_item.done"u8, item, ended: true);
        }

        WriteItemEvent(answer, output, "response.output_item.added"u8, ResponsesItems.MessageIndex(answer), ended: false);
        BeginTextEvent(answer, output, "response.content_part.added"u8);
        output.Append(",\"part\":{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"\"}}\n\n"u8);
    }

    public override void WriteDelta(Answer answer, Utf8Buffer output, long first, long count)
    {
        BeginTextEvent(answer, output, "response.output_text.delta"u8);
        output.Append(",\"delta\":\""u8);
        AnswerText.Append(output, answer.Seed, first, count);
        output.Append("\",\"logprobs\":[]}\n\n"u8);
    }

    public override void WriteFinish(Answer answer, Utf8Buffer output)
    {
        BeginTextEvent(answer, output, "response.output_text.done"u8);
        output.Append(",\"logprobs\":[],\"text\":\""u8);
        AnswerText.Append(output, answer.Seed, 0, answer.TextTokens);
        output.Append("\"}\n\n"u8);

        BeginTextEvent(answer, output, "response.content_part.done"u8);
        ResponsesItems.WriteTextPart(answer, output.Append(",\"part\":"u8));
        output.Append("}\n\n"u8);
        WriteItemEvent(answer, output, "response.output_item.done"u8, ResponsesItems.MessageIndex(answer), ended: true);
    }

    public override void WriteEnd(Answer answer, Utf8Buffer output)
    {
        BeginEvent(answer, output, answer.Limited ? "response.incomplete"u8 : "response.completed"u8);
        WriteResponse(answer, output.Append(",\"response\":"u8), ended: true);
        output.Append("}\n\n"u8);
    }

    public override void WriteError(Answer answer, Utf8Buffer output)
    {
        BeginEvent(answer, output, "error"u8);
        output.Append(",\"code\":\"server_error\",\"message\":\"Simulated error.\",\"param\":null}\n\n"u8);
    }

    private static void WriteResponse(Answer answer, Utf8Buffer output, bool ended)
    {
        AppendId(answer, output.Append("{\"id\":\"resp_"u8));
        output.Append("\",\"object\":\"response\",\"created_at\":"u8).Append(Answer.CreatedAt)
            .Append(",\"status\":"u8).Append(!ended ? "\"in_progress\""u8 : answer.Limited ? "\"incomplete\""u8 : "\"completed\""u8)
            .Append(",\"background\":false,\"error\":null,\"incomplete_details\":"u8)
            .Append(ended && answer.Limited ? "{\"reason\":\"max_output_tokens\"}"u8 : "null"u8)
            .Append(",\"instructions\":null,\"max_output_tokens\":null,\"model\":\""u8).Append(answer.Model.Span)
            .Append("\",\"output\":["u8);
        if (ended)
        {
            ResponsesItems.WriteAll(answer, output);
        }

        output.Append("],\"parallel_tool_calls\":true,\"previous_response_id\":null,\"reasoning\":{\"effort\":null,\"summary\":null},"u8)
            .Append("\"service_tier\":\"default\",\"store\":false,\"temperature\":1.0,\"text\":{\"format\":{\"type\":\"text\"}},"u8)
            .Append("\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":1.0,\"truncation\":\"disabled\",\"user\":null,\"metadata\":{}"u8);
        WriteUsage(answer, output, ended);
        output.Append("}"u8);
    }

    private static void WriteUsage(Answer answer, Utf8Buffer output, bool ended)
    {
        if (answer.Report == UsageReport.Missing)
        {
            return;
        }

        output.Append(",\"usage\":"u8);
        if (ended)
        {
            OpenAiUsageWriter.WriteResponses(answer, output);
        }
        else
        {
            output.Append("null"u8);
        }
    }

    private static void WriteItemEvent(Answer answer, Utf8Buffer output, ReadOnlySpan<byte> type, int index, bool ended)
    {
        BeginEvent(answer, output, type);
        output.Append(",\"output_index\":"u8).Append(index).Append(",\"item\":"u8);
        ResponsesItems.Write(answer, output, index, ended);
        output.Append("}\n\n"u8);
    }

    private static void BeginTextEvent(Answer answer, Utf8Buffer output, ReadOnlySpan<byte> type)
    {
        BeginEvent(answer, output, type);
        ResponsesItems.AppendMessageId(answer, output.Append(",\"item_id\":\""u8));
        output.Append("\",\"output_index\":"u8).Append(ResponsesItems.MessageIndex(answer)).Append(",\"content_index\":0"u8);
    }

    private static void BeginEvent(Answer answer, Utf8Buffer output, ReadOnlySpan<byte> type)
    {
        output.Append("event: "u8).Append(type).Append("\ndata: {\"type\":\""u8).Append(type)
            .Append("\",\"sequence_number\":"u8).Append(answer.Sequence++);
    }
}
