namespace Lava.Core.Accounts;

/// <summary>The API shape that a spend key is for. The values are stored: never renumber.</summary>
public enum RequestShape : short
{
    /// <summary>OpenAI's.</summary>
    OpenAi = 0,

    /// <summary>Anthropic's.</summary>
    Anthropic = 1,
}
