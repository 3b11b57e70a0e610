namespace Lava.Server.Simulation;

/// <summary>Whose manners a path has: its authentication, its errors, its checks of the request.</summary>
internal enum Provider : byte
{
    OpenAi,
    Anthropic,
    Gemini,
}
