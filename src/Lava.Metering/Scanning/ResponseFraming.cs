namespace Lava.Metering.Scanning;

/// <summary>How the values of a response body follow each other.</summary>
public enum ResponseFraming : byte
{
    /// <summary>One JSON object, or one array of objects (a Gemini stream without <c>alt=sse</c>).</summary>
    Json = 0,

    /// <summary>Server-sent events, each with one JSON object.</summary>
    Sse = 1,
}
