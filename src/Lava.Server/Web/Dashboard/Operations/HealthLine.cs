namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>How one part of a node is.</summary>
/// <param name="Key">Its name for scripts.</param>
/// <param name="Name">What it is.</param>
/// <param name="Tone">"good", "warn" or "bad".</param>
/// <param name="Word">How it is, in a word or two.</param>
/// <param name="Figure">The figures behind that.</param>
/// <param name="Advice">What to do; empty where there is nothing to.</param>
internal sealed record HealthLine(string Key, string Name, string Tone, string Word, string Figure, string Advice)
{
    public const string Good = "good";
    public const string Warn = "warn";
    public const string Bad = "bad";
}
