namespace Lava.Server.Simulation.Answers;

/// <summary>Picks the writer for an operation, and writes the answers that are never streamed.</summary>
internal static class AnswerWriters
{
    private static readonly ChatCompletionsWriter _chatCompletions = new();
    private static readonly CompletionsWriter _completions = new();
    private static readonly ResponsesWriter _responses = new();
    private static readonly MessagesWriter _messages = new();
    private static readonly GenerateContentWriter _generateContent = new();

    /// <summary>The writer of a generated answer; null for an operation that generates nothing.</summary>
    public static AnswerWriter? WriterOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => _chatCompletions,
        Operation.Completions => _completions,
        Operation.Responses => _responses,
        Operation.Messages => _messages,
        Operation.GenerateContent or Operation.StreamGenerateContent => _generateContent,
        _ => null,
    };

    public static void Write(Operation operation, Answer answer, Utf8Buffer output)
    {
        switch (operation)
        {
            case Operation.Embeddings:
                EmbeddingsWriter.WriteAnswer(answer, output);
                break;
            case Operation.CountMessageTokens:
                output.Append("{\"input_tokens\":"u8).Append(answer.InputTokens).Append("}"u8);
                break;
            case Operation.CountContentTokens:
                output.Append("{\"totalTokens\": "u8).Append(answer.InputTokens)
                    .Append(",\"promptTokensDetails\": [{\"modality\": \"TEXT\",\"tokenCount\": "u8).Append(answer.InputTokens)
                    .Append("}]}"u8);
                break;
            case Operation.OpenAiModels:
                output.Append(ModelLists.OpenAi);
                break;
            case Operation.GeminiModels:
                output.Append(ModelLists.Gemini);
                break;
            default:
                WriterOf(operation)!.WriteAnswer(answer, output);
                break;
        }
    }
}
