namespace Lava.Server.Simulation.Requests;

/// <summary>What an answer depends on in a request's body.</summary>
internal sealed class RequestFacts
{
    /// <summary>Where the model's name stands in the body, still escaped as JSON; empty when the body names none.</summary>
    public Range Model { get; set; }

    /// <summary>Was there a <c>model</c>, and was it a string?</summary>
    public bool HasModel { get; set; }

    /// <summary>Was there a field that carries text for the model?</summary>
    public bool HasText { get; set; }

    public bool Stream { get; set; }

    public bool HasStreamOptions { get; set; }

    /// <summary>Was <c>stream_options.include_usage</c> there, with whatever value?</summary>
    public bool NamesIncludeUsage { get; set; }

    public bool IncludeUsage { get; set; }

    /// <summary>Most output tokens allowed; null when the request sets no limit.</summary>
    public long? MaxTokens { get; set; }

    /// <summary>Words of all text, see <see cref="WordCount"/>; token ids of an embeddings input count as one word each.</summary>
    public long Words { get; set; }

    /// <summary>Texts of an embeddings call.</summary>
    public int Inputs { get; set; }

    public long? Dimensions { get; set; }

    /// <summary>Embeddings as base64 of little-endian 32-bit floats, which the official SDK asks for.</summary>
    public bool Base64 { get; set; }

    /// <summary>The first top-level field that the provider would refuse; null without.</summary>
    public string? UnknownField { get; set; }

    public void Reset()
    {
        Model = default;
        HasModel = HasText = Stream = HasStreamOptions = NamesIncludeUsage = IncludeUsage = Base64 = false;
        MaxTokens = Dimensions = null;
        Words = 0;
        Inputs = 0;
        UnknownField = null;
    }
}
