using System.Buffers;
using System.Text;
using System.Text.Json;
using Lava.Core;
using Lava.Metering;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway;

/// <summary>
/// The caller's metadata: <c>x-lava-metadata</c> (a JSON object), one <c>x-lava-metadata-KEY</c> header per key, or <c>?metadata=</c>.
/// Later sources win for the same key. Rare beside the calls themselves, so it may allocate.
/// </summary>
public static class RequestMetadata
{
    private const string Header = "x-lava-metadata";
    private const string KeyHeader = "x-lava-metadata-";
    private const string Parameter = "metadata";

    /// <summary>Reads it; null without any. False with a sentence for the caller when it is malformed or over its limits.</summary>
    public static bool TryRead(HttpRequest request, out string? metadata, out string? problem)
    {
        metadata = null;
        problem = null;
        if (!Mentions(request))
        {
            return true;
        }

        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!TryAddObject(request.Query[Parameter].ToString(), pairs, ref problem)
            || !TryAddObject(request.Headers[Header].ToString(), pairs, ref problem))
        {
            return false;
        }

        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith(KeyHeader, StringComparison.OrdinalIgnoreCase)
                && !TryAdd(name[KeyHeader.Length..].ToLowerInvariant(), value.ToString(), pairs, ref problem))
            {
                return false;
            }
        }

        metadata = pairs.Count == 0 ? null : Write(pairs);
        if (metadata is not null && Encoding.UTF8.GetByteCount(metadata) > UsageRecordCodec.MetadataBytesMax)
        {
            problem = $"It is larger than {UsageRecordCodec.MetadataBytesMax} bytes.";
            return false;
        }

        return true;
    }

    /// <summary>One pair within the limits that the API documents.</summary>
    public static bool TryAdd(string key, string value, IDictionary<string, string> pairs, ref string? problem)
    {
        if (key.Length is 0 or > GatewayLimits.MetadataCharacters || !key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            problem = $"A key must be 1 to {GatewayLimits.MetadataCharacters} letters, digits or underscores.";
        }
        else if (value.Length is 0 or > GatewayLimits.MetadataCharacters || value.Contains('\0'))
        {
            problem = $"The value of '{key}' must be a string of 1 to {GatewayLimits.MetadataCharacters} characters.";
        }
        else if (CardNumber.Is(key, value))
        {
            problem = $"The value of '{key}' looks like a card's number, which is never sent here.";
        }
        else if (pairs.Count >= GatewayLimits.MetadataPairs && !pairs.ContainsKey(key))
        {
            problem = $"There may be at most {GatewayLimits.MetadataPairs} pairs.";
        }
        else
        {
            pairs[key] = value;
            return true;
        }

        return false;
    }

    /// <summary>A compact JSON object.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in pairs)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // Looks before it parses: a call without metadata pays for no query collection.
    private static bool Mentions(HttpRequest request)
    {
        if (request.QueryString.HasValue && request.QueryString.Value!.Contains(Parameter + "=", StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var (name, _) in request.Headers)
        {
            if (name.StartsWith(Header, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryAddObject(string text, IDictionary<string, string> pairs, ref string? problem)
    {
        if (text.Length == 0)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problem = "It must be a JSON object of strings.";
                return false;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                var value = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : "";
                if (!TryAdd(member.Name, value, pairs, ref problem))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            problem = "It must be a JSON object of strings.";
            return false;
        }
    }
}
