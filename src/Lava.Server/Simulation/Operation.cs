namespace Lava.Server.Simulation;

/// <summary>What a request asks for. The number is the index of its counter in the statistics.</summary>
internal enum Operation : byte
{
    Unknown,
    ChatCompletions,
    Completions,
    Embeddings,
    Responses,
    OpenAiModels,
    Messages,
    CountMessageTokens,
    GenerateContent,
    StreamGenerateContent,
    CountContentTokens,
    GeminiModels,
    Statistics,
    Realtime,
}
