namespace Lava.Server.Simulation.Answers;

/// <summary>
/// The output items of a Responses answer: a reasoning item where reasoning was asked for, a call for each web search (which is how
/// the provider bills them), then the message.
/// </summary>
internal static class ResponsesItems
{
    /// <summary>Where the message stands among the items.</summary>
    public static int MessageIndex(Answer answer) => (int)answer.WebSearches + FirstSearch(answer);

    public static void WriteAll(Answer answer, Utf8Buffer output)
    {
        for (var index = 0; index <= MessageIndex(answer); index++)
        {
            Write(answer, index == 0 ? output : output.Append(","u8), index, ended: true);
        }
    }

    public static void Write(Answer answer, Utf8Buffer output, int index, bool ended)
    {
        if (index == MessageIndex(answer))
        {
            WriteMessage(answer, output, ended);
        }
        else if (index < FirstSearch(answer))
        {
            output.Append("{\"id\":\"rs_"u8).AppendHex(RequestHash.Mix(answer.Seed + 1))
                .Append("\",\"type\":\"reasoning\",\"summary\":[]}"u8);
        }
        else
        {
            output.Append("{\"id\":\"ws_"u8).AppendHex(RequestHash.Mix(answer.Seed + 2 + (ulong)index))
                .Append("\",\"type\":\"web_search_call\",\"status\":"u8).Append(ended ? "\"completed\""u8 : "\"in_progress\""u8)
                .Append(",\"action\":{\"type\":\"search\",\"query\":\"lava\"}}"u8);
        }
    }

    public static void WriteTextPart(Answer answer, Utf8Buffer output)
    {
        output.Append("{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\""u8);
        AnswerText.Append(output, answer.Seed, 0, answer.TextTokens);
        output.Append("\"}"u8);
    }

    public static void AppendMessageId(Answer answer, Utf8Buffer output)
    {
        output.Append("msg_"u8).AppendHex(answer.Seed).AppendHex(RequestHash.Mix(~answer.Seed));
    }

    private static int FirstSearch(Answer answer) => answer.ReasoningTokens > 0 ? 1 : 0;

    private static void WriteMessage(Answer answer, Utf8Buffer output, bool ended)
    {
        AppendMessageId(answer, output.Append("{\"id\":\""u8));
        output.Append("\",\"type\":\"message\",\"status\":"u8)
            .Append(!ended ? "\"in_progress\""u8 : answer.Limited ? "\"incomplete\""u8 : "\"completed\""u8)
            .Append(",\"role\":\"assistant\",\"content\":["u8);
        if (ended)
        {
            WriteTextPart(answer, output);
        }

        output.Append("]}"u8);
    }
}
