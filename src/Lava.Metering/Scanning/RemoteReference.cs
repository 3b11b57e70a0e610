namespace Lava.Metering.Scanning;

/// <summary>
/// Members whose content is not counted by the body's bytes: it comes from elsewhere, or it is an image, a recording or a document, which
/// providers bill by its pixels, seconds or pages. They are recognised wherever they stand: a member that only looks like one makes an
/// estimate larger, one that is missed makes it wrong.
/// </summary>
internal static class RemoteReference
{
    /// <summary>Is it a member whose text is a link or the id of something kept elsewhere?</summary>
    public static bool IsText(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return false;
        }

        return key.Length switch
        {
            3 => key.SequenceEqual("url"u8) && IsLink(value),
            4 => key.SequenceEqual("type"u8) && (IsServerTool(value) || IsMedia(value)),
            5 => key.SequenceEqual("bytes"u8),
            7 => key.SequenceEqual("file_id"u8) || key.SequenceEqual("fileUri"u8),
            8 => key.SequenceEqual("file_url"u8) || key.SequenceEqual("file_uri"u8) || key.SequenceEqual("mimeType"u8),
            9 => key.SequenceEqual("image_url"u8) || key.SequenceEqual("mime_type"u8),
            10 => key.SequenceEqual("inputImage"u8),
            12 => key.SequenceEqual("conversation"u8),
            13 => key.SequenceEqual("cachedContent"u8),
            14 => key.SequenceEqual("cached_content"u8),
            20 => key.SequenceEqual("previous_response_id"u8),
            _ => false,
        };
    }

    /// <summary>Is it a member whose object stands for something kept elsewhere, or for a tool that the provider runs?</summary>
    public static bool IsObject(ReadOnlySpan<byte> key) => key.Length switch
    {
        10 when key.SequenceEqual("s3Location"u8) || key.SequenceEqual("systemTool"u8) => true,
        10 => key.SequenceEqual("urlContext"u8) || key.SequenceEqual("fileSearch"u8),
        11 => key.SequenceEqual("url_context"u8) || key.SequenceEqual("file_search"u8),
        12 => key.SequenceEqual("conversation"u8) || key.SequenceEqual("googleSearch"u8),
        13 => key.SequenceEqual("google_search"u8),
        17 => key.SequenceEqual("search_parameters"u8),
        18 => key.SequenceEqual("web_search_options"u8),
        _ => false,
    };

    /// <summary>Is it a member whose object asks for searches, as many as the provider likes?</summary>
    public static bool IsSearch(ReadOnlySpan<byte> key) => key.Length switch
    {
        12 => key.SequenceEqual("googleSearch"u8),
        13 => key.SequenceEqual("google_search"u8),
        17 => key.SequenceEqual("search_parameters"u8),
        21 => key.SequenceEqual("googleSearchRetrieval"u8),
        23 => key.SequenceEqual("google_search_retrieval"u8),
        _ => false,
    };

    /// <summary>Is it the type of a tool that searches: web_search, web_search_20250305, openrouter:web_search?</summary>
    public static bool IsSearchTool(ReadOnlySpan<byte> type) => type.StartsWith("web_search"u8) || type.EndsWith(":web_search"u8);

    // Everything that is no data: URL: the model's provider fetches it.
    private static bool IsLink(ReadOnlySpan<byte> value) =>
        value.StartsWith("http"u8) || value.StartsWith("HTTP"u8) || value.StartsWith("Http"u8) || value.StartsWith("gs:"u8);

    // The parts of OpenAI's and Anthropic's messages that are no text.
    private static bool IsMedia(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("image_url"u8)
        || value.SequenceEqual("input_image"u8)
        || value.SequenceEqual("input_audio"u8)
        || value.SequenceEqual("input_file"u8)
        || value.SequenceEqual("file"u8)
        || value.SequenceEqual("image"u8)
        || value.SequenceEqual("document"u8);

    // web_search, web_search_20250305, web_fetch_…, file_search, mcp: their results are billed as input.
    private static bool IsServerTool(ReadOnlySpan<byte> value) =>
        value.StartsWith("web_search"u8)
        || value.StartsWith("web_fetch"u8)
        || value.StartsWith("file_search"u8)
        || value.SequenceEqual("mcp"u8);
}
