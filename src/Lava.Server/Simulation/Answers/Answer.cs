using Lava.Server.Simulation.Requests;

namespace Lava.Server.Simulation.Answers;

/// <summary>
/// The answer to one request before it takes a provider's shape. The token rule: input is the words of the request plus every
/// input kind that a knob names; output is reasoning, audio, image and text, in this order, as far as the request's limit goes.
/// </summary>
internal sealed class Answer
{
    /// <summary>When every answer was made, Unix seconds: fixed, so that answers repeat (2025-10-09 08:53:20 UTC).</summary>
    public const long CreatedAt = 1_760_000_000;

    /// <summary>From the request's bytes.</summary>
    public ulong Seed { get; private set; }

    /// <summary>Served model, escaped as JSON.</summary>
    public ReadOnlyMemory<byte> Model { get; private set; }

    /// <summary>Frame events as server-sent events; otherwise as Gemini's JSON array.</summary>
    public bool EventStream { get; set; }

    /// <summary>Did the request ask for usage in the stream? Only OpenAI's chat and completions ask.</summary>
    public bool IncludeUsage { get; private set; }

    public UsageReport Report { get; private set; }

    /// <summary>Words of the request.</summary>
    public long InputWords { get; private set; }

    public long CachedTokens { get; private set; }

    public long CacheWriteTokens { get; private set; }

    public long CacheWrite1hTokens { get; private set; }

    public long AudioInputTokens { get; private set; }

    public long ImageInputTokens { get; private set; }

    public long ToolTokens { get; private set; }

    public long ReasoningTokens { get; private set; }

    public long AudioOutputTokens { get; private set; }

    public long ImageOutputTokens { get; private set; }

    /// <summary>Words of the answer's text.</summary>
    public long TextTokens { get; private set; }

    public long WebSearches { get; private set; }

    /// <summary>Did the request's limit end the answer?</summary>
    public bool Limited { get; private set; }

    /// <summary>Texts to embed.</summary>
    public int Inputs { get; private set; }

    public int Dimensions { get; private set; }

    public bool Base64 { get; private set; }

    /// <summary>Number of the next event, where the provider numbers them.</summary>
    public int Sequence { get; set; }

    /// <summary>All billed input.</summary>
    public long InputTokens =>
        InputWords + CachedTokens + CacheWriteTokens + CacheWrite1hTokens + AudioInputTokens + ImageInputTokens + ToolTokens;

    /// <summary>All billed output.</summary>
    public long OutputTokens => ReasoningTokens + AudioOutputTokens + ImageOutputTokens + TextTokens;

    public void Prepare(ulong seed, ReadOnlyMemory<byte> model, RequestFacts facts, Knobs knobs)
    {
        Seed = seed;
        Model = model;
        Sequence = 0;
        EventStream = facts.Stream;
        IncludeUsage = facts.IncludeUsage;
        Report = knobs.Fault switch
        {
            Fault.NoUsage => UsageReport.Missing,
            Fault.LyingUsage => UsageReport.Lying,
            _ => UsageReport.Honest,
        };
        WebSearches = knobs[Knob.WebSearches];
        Inputs = facts.Inputs;
        Dimensions = (int)(facts.Dimensions ?? EmbeddingsWriter.DefaultDimensions);
        Base64 = facts.Base64;
        CountInput(facts, knobs);
        CountOutput(facts, knobs);
    }

    private void CountInput(RequestFacts facts, Knobs knobs)
    {
        InputWords = facts.Words;
        CachedTokens = knobs[Knob.CachedTokens];
        CacheWriteTokens = knobs[Knob.CacheWriteTokens];
        CacheWrite1hTokens = knobs[Knob.CacheWrite1hTokens];
        AudioInputTokens = knobs[Knob.AudioInputTokens];
        ImageInputTokens = knobs[Knob.ImageInputTokens];
        ToolTokens = knobs[Knob.ToolTokens];
    }

    private void CountOutput(RequestFacts facts, Knobs knobs)
    {
        var allowed = facts.MaxTokens ?? long.MaxValue;
        Limited = false;
        ReasoningTokens = Take(knobs[Knob.ReasoningTokens], ref allowed);
        AudioOutputTokens = Take(knobs[Knob.AudioOutputTokens], ref allowed);
        ImageOutputTokens = Take(knobs[Knob.ImageOutputTokens], ref allowed);
        TextTokens = Take(knobs[Knob.Tokens], ref allowed);
    }

    private long Take(long wanted, ref long allowed)
    {
        var taken = Math.Min(wanted, allowed);
        allowed -= taken;
        Limited |= taken < wanted;
        return taken;
    }
}
