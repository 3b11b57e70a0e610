namespace Lava.Metering.Scanning;

/// <summary>How the values of a response body follow each other.</summary>
public enum ResponseFraming : byte
{
    /// <summary>One JSON object, or one array of objects (a Gemini stream without <c>alt=sse</c>).</summary>
    Json = 0,

    /// <summary>Server-sent events, each with one JSON object.</summary>
    Sse = 1,

    /// <summary>One JSON object after the other, usually one a line (application/x-ndjson, application/stream+json).</summary>
    Lines = 2,

    /// <summary>AWS event stream: binary frames with headers, a payload of JSON, and checksums.</summary>
    EventStream = 3,

    /// <summary>Text, sound, an image: nothing in it is read, only its headers count.</summary>
    Opaque = 4,

    /// <summary>Not told: the first byte that is not blank decides between JSON, events and what is not read.</summary>
    ByShape = 5,
}
