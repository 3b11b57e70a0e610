namespace Lava.Server.Simulation.Answers;

/// <summary>Picks the writer for an operation, and writes the answers that are never streamed.</summary>
internal static class AnswerWriters
{
    private static readonly ChatCompletionsWriter ChatWriter = new();
    private static readonly CompletionsWriter TextWriter = new();
    private static readonly ResponsesWriter ItemsWriter = new();
    private static readonly MessagesWriter MessageWriter = new();
    private static readonly GenerateContentWriter ContentWriter = new();

    /// <summary>The writer of a generated answer; null for an operation that generates nothing.</summary>
    public static AnswerWriter? WriterOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions => ChatWriter,
        Operation.Completions => TextWriter,
        Operation.Responses => ItemsWriter,
        Operation.Messages => MessageWriter,
        Operation.GenerateContent or Operation.StreamGenerateContent => ContentWriter,
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
