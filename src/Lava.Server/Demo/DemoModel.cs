namespace Lava.Server.Demo;

/// <summary>A model that the demonstration's customers call.</summary>
/// <param name="Name">Its name in the price file.</param>
/// <param name="Provider">Its provider's.</param>
/// <param name="Url">Where it is called.</param>
/// <param name="From">The part of the time, 0 to 1, after which it is there.</param>
/// <param name="Early">Its share of the calls at the beginning.</param>
/// <param name="Late">Its share at the end.</param>
/// <param name="FirstByteMs">Milliseconds until its answer begins; half of all are below it.</param>
/// <param name="TokensPerSecond">Its pace from then on.</param>
internal sealed record DemoModel(
    string Name, string Provider, string Url, double From, double Early, double Late, double FirstByteMs, double TokensPerSecond)
{
    private const string OpenAi = "https://api.openai.com/v1/chat/completions";
    private const string Embeddings = "https://api.openai.com/v1/embeddings";
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";

    /// <summary>Those that answer in words. A dear one fades, a new one appears in the middle.</summary>
    public static readonly DemoModel[] Chat =
    [
        new("gpt-4o-mini", "openai", OpenAi, 0, 0.34, 0.15, 380, 95),
        new("gpt-4o", "openai", OpenAi, 0, 0.18, 0.02, 520, 70),
        new("gpt-5-mini", "openai", OpenAi, 0, 0.08, 0.22, 610, 110),
        new("gpt-5.4-mini", "openai", OpenAi, 0.55, 0.02, 0.22, 450, 130),
        new("claude-sonnet-4-5", "anthropic", Anthropic, 0, 0.17, 0.16, 820, 62),
        new("claude-haiku-4-5", "anthropic", Anthropic, 0, 0.09, 0.11, 430, 120),
        new("gemini-2.5-flash", "google", Gemini, 0, 0.14, 0.12, 360, 140),
    ];

    /// <summary>The one that reads alone.</summary>
    public static readonly DemoModel Embedding =
        new("text-embedding-3-small", "openai", Embeddings, 0, 1, 1, 90, 1_000_000);

    /// <summary>Its share at a moment.</summary>
    public double ShareAt(double time) => time < From ? 0 : Early + ((Late - Early) * ((time - From) / (1 - From)));
}
