namespace Lava.Metering.Scanning;

/// <summary>The framing that a content type stands for.</summary>
public static class ResponseFramings
{
    // The first that a content type begins with counts, so the longer names stand first.
    private static readonly (string Prefix, ResponseFraming Framing)[] Table =
    [
        ("text/event-stream", ResponseFraming.Sse),
        ("application/x-ndjson", ResponseFraming.Lines),
        ("application/ndjson", ResponseFraming.Lines),
        ("application/jsonl", ResponseFraming.Lines),
        ("application/x-jsonlines", ResponseFraming.Lines),
        ("application/stream+json", ResponseFraming.Lines),
        ("application/vnd.amazon.eventstream", ResponseFraming.EventStream),
        ("application/json", ResponseFraming.Json),
        ("audio/", ResponseFraming.Opaque),
        ("image/", ResponseFraming.Opaque),
        ("video/", ResponseFraming.Opaque),
        ("application/octet-stream", ResponseFraming.Opaque),
        ("application/zip", ResponseFraming.Opaque),
    ];

    /// <summary>
    /// The framing; <see cref="ResponseFraming.ByShape"/> where the content type is missing or says nothing: hosts send streams and JSON as
    /// text/plain, too.
    /// </summary>
    public static ResponseFraming Of(ReadOnlySpan<char> contentType)
    {
        foreach (var (prefix, framing) in Table)
        {
            if (contentType.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return framing;
            }
        }

        return ResponseFraming.ByShape;
    }

    /// <summary>What a body's first byte that is not blank shows.</summary>
    internal static ResponseFraming OfShape(byte first) => first switch
    {
        (byte)'{' or (byte)'[' => ResponseFraming.Json,

        // data:, event:, id:, retry: or a comment.
        (byte)'d' or (byte)'e' or (byte)'i' or (byte)'r' or (byte)':' => ResponseFraming.Sse,
        _ => ResponseFraming.Opaque,
    };
}
