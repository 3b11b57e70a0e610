using System.Text.Json;

namespace Lava.Server.Api;

/// <summary>Text out of JSON that a caller sent.</summary>
internal static class JsonText
{
    /// <summary>The text of a JSON string; null where it is none, or holds half of a surrogate pair, which is no text.</summary>
    public static string? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
