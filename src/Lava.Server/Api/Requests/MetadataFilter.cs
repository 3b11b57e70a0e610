using System.Text.Json;

namespace Lava.Server.Api.Requests;

/// <summary>Reads <c>metadata_filters</c>: a JSON array of pairs of strings, as the SDK writes an object's entries.</summary>
internal static class MetadataFilter
{
    /// <summary>The contract's figure for the pairs of one request.</summary>
    public const int PairsMax = 100;

    /// <summary>The pairs as a JSON object; null without any.</summary>
    public static string? Read(ApiQuery query, string name)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            if (TryReadPairs(document.RootElement, out var pairs))
            {
                return pairs.Count == 0 ? null : JsonSerializer.Serialize(pairs, Json.ApiJson.Plain.DictionaryStringString);
            }
        }
        catch (JsonException)
        {
            // Answered as every other wrong value.
        }

        query.Errors.Add(
            name, $"must be a JSON array of at most {PairsMax} pairs of strings without NUL, each key once: [[\"user\",\"1\"]]");
        return null;
    }

    private static bool TryReadPairs(JsonElement root, out Dictionary<string, string> pairs)
    {
        pairs = [];
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() > PairsMax)
        {
            return false;
        }

        foreach (var pair in root.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2
                || JsonText.Read(pair[0]) is not { } key || JsonText.Read(pair[1]) is not { } value || !IsStorable(key)
                || !IsStorable(value) || !pairs.TryAdd(key, value))
            {
                return false;
            }
        }

        return true;
    }

    // PostgreSQL reads no such JSON.
    private static bool IsStorable(string text) => !text.Contains('\0', StringComparison.Ordinal);
}
