namespace Lava.Server.Simulation.Answers;

/// <summary>
/// Gemini generateContent: https://ai.google.dev/api/generate-content. Every event is a whole response with the usage so far;
/// framed as CRLF server-sent events, or as the elements of one JSON array.
/// </summary>
internal sealed class GenerateContentWriter : AnswerWriter
{
    public override void WriteAnswer(Answer answer, Utf8Buffer output)
    {
        WriteResponse(answer, output, 0, answer.TextTokens, ended: true);
    }

    public override void WriteOpening(Answer answer, Utf8Buffer output)
    {
        if (!answer.EventStream)
        {
            output.Append("["u8);
        }
    }

    public override void WriteDelta(Answer answer, Utf8Buffer output, long first, long count)
    {
        WriteResponse(answer, BeginEvent(answer, output), first, count, ended: false);

        // A delta is never the last element.
        output.Append(answer.EventStream ? "\r\n\r\n"u8 : "\r\n,\r\n"u8);
    }

    public override void WriteFinish(Answer answer, Utf8Buffer output)
    {
    }

    public override void WriteEnd(Answer answer, Utf8Buffer output)
    {
        WriteResponse(answer, BeginEvent(answer, output), answer.TextTokens, 0, ended: true);
        EndLast(answer, output);
    }

    public override void WriteError(Answer answer, Utf8Buffer output)
    {
        ErrorWriter.Write(Provider.Gemini, ErrorWriter.Simulated(503), answer.Seed, BeginEvent(answer, output));
        EndLast(answer, output);
    }

    private static Utf8Buffer BeginEvent(Answer answer, Utf8Buffer output) => answer.EventStream ? output.Append("data: "u8) : output;

    private static void EndLast(Answer answer, Utf8Buffer output) => output.Append(answer.EventStream ? "\r\n\r\n"u8 : "\r\n]\r\n"u8);

    private static void WriteResponse(Answer answer, Utf8Buffer output, long first, long count, bool ended)
    {
        output.Append("{\"candidates\": [{\"content\": {\"parts\": [{\"text\": \""u8);
        AnswerText.Append(output, answer.Seed, first, count);
        output.Append("\"}],\"role\": \"model\"},"u8);
        if (ended)
        {
            output.Append("\"finishReason\": "u8).Append(answer.Limited ? "\"MAX_TOKENS\","u8 : "\"STOP\","u8);
            WriteSearches(answer, output);
        }

        output.Append("\"index\": 0}],"u8);
        if (answer.Report != UsageReport.Missing)
        {
            GeminiUsageWriter.Write(answer, output, first + count, ended);
        }

        output.Append("\"modelVersion\": \""u8).Append(answer.Model.Span).Append("\",\"responseId\": \""u8);
        AppendId(answer, output);
        output.Append("\"}"u8);
    }

    private static void WriteSearches(Answer answer, Utf8Buffer output)
    {
        if (answer.WebSearches == 0)
        {
            return;
        }

        output.Append("\"groundingMetadata\": {\"webSearchQueries\": ["u8);
        for (var i = 0; i < answer.WebSearches; i++)
        {
            output.Append(i == 0 ? "\"lava\""u8 : ",\"lava\""u8);
        }

        output.Append("]},"u8);
    }
}
