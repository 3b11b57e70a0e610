using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Lava.Core;

namespace Lava.Server.Api;

/// <summary>Reads a request's body as a JSON object, within limits.</summary>
internal static class BodyReader
{
    /// <summary>The largest body: a hundred times the largest metadata, and small enough to hold in memory.</summary>
    public const int BytesMax = 1024 * 1024;

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="ApiException">It is too large, no JSON object, or has a card's number in it.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var root = await ReadObjectAsync(request, BytesMax, cancellationToken);
        var body = new RequestBody(root);
        if (FindCard(root) is { } field)
        {
            body.Errors.Add(field, "looks like a card's number, which is never sent here");
            body.Errors.ThrowIfAny();
        }

        return body;
    }

    /// <summary>The object itself, of at most <paramref name="bytesMax"/> bytes.</summary>
    /// <exception cref="ApiException">It is larger, or no JSON object.</exception>
    public static async Task<JsonElement> ReadObjectAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        if (request.ContentLength > bytesMax)
        {
            throw TooLarge(bytesMax);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var isTooLarge = read.Buffer.Length > bytesMax;
            var whole = read.IsCompleted && !isTooLarge ? read.Buffer.ToArray() : null;

            // Before anything throws: Kestrel gives up a connection whose body was left in the middle of a read.
            reader.AdvanceTo(whole is null && !isTooLarge ? read.Buffer.Start : read.Buffer.End, read.Buffer.End);
            if (isTooLarge)
            {
                throw TooLarge(bytesMax);
            }

            if (whole is not null)
            {
                return Parse(whole);
            }
        }
    }

    // The path of the first field that is the number of a card. As deep as the parser allows (64).
    private static string? FindCard(JsonElement value, string name = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (FindCard(member.Value, member.Name) is { } within)
                    {
                        return name.Length == 0 ? within : $"{name}.{within}";
                    }
                }

                return null;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    if (FindCard(item, name) is { } within)
                    {
                        return within;
                    }
                }

                return null;
            case JsonValueKind.String:
                return JsonText.Read(value) is { } text && CardNumber.Is(name, text) ? name : null;
            case JsonValueKind.Number:
                return CardNumber.Is(name, value.GetRawText()) ? name : null;
            default:
                return null;
        }
    }

    // The SDK sends no body at all for empty parameters.
    private static JsonElement Parse(byte[] json)
    {
        if (json.Length == 0)
        {
            return Nothing;
        }

        if (!Utf8.IsValid(json))
        {
            throw new ApiException(ErrorCode.InvalidRequest, "The body is not valid UTF-8");
        }

        try
        {
            var root = JsonDocument.Parse(json, Strict).RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new ApiException(ErrorCode.InvalidRequest, "The body must be a JSON object");
        }
        catch (InvalidOperationException)
        {
            // From the check for duplicates: a name with half of a surrogate pair is no text.
            throw new ApiException(ErrorCode.InvalidRequest, "The body has a name that is not valid Unicode");
        }
        catch (JsonException malformed)
        {
            throw new ApiException(ErrorCode.InvalidRequest, $"The body is not valid JSON: {malformed.Message}");
        }
    }

    private static ApiException TooLarge(int bytesMax) => new(ErrorCode.BodyTooLarge, $"The body is larger than {bytesMax} bytes");
}
