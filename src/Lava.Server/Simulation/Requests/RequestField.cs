namespace Lava.Server.Simulation.Requests;

/// <summary>A top-level field of a request, as far as the answer depends on it.</summary>
internal enum RequestField : byte
{
    /// <summary>Plays no part.</summary>
    Other,
    Model,
    Stream,
    StreamOptions,
    MaxTokens,
    GenerationConfig,

    /// <summary>Everything below holds text for the model.</summary>
    Text,

    /// <summary>Text or token ids: a string, a list of strings, a list of numbers or a list of lists of numbers.</summary>
    Input,
    Dimensions,
    EncodingFormat,
}
