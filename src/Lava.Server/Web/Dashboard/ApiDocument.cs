using System.Globalization;
using System.Text.Json;
using Lava.Core;

namespace Lava.Server.Web.Dashboard;

/// <summary>Reads documents of the API.</summary>
internal static class ApiDocument
{
    /// <summary>A member; null: it is not there, or null.</summary>
    public static JsonElement? Member(this JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A text, or a number as it is written; null: none.</summary>
    public static string? Text(this JsonElement document, string name) => document.Member(name)?.ToString();

    /// <summary>Is it yes?</summary>
    public static bool Flag(this JsonElement document, string name) => document.Member(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A whole number; 0: none.</summary>
    public static long Number(this JsonElement document, string name) =>
        document.Member(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;

    /// <summary>An amount; null: none.</summary>
    public static Money? AmountOrNone(this JsonElement document, string name) =>
        document.Text(name) is { } text && Money.TryParse(text, out var amount) ? amount : null;

    /// <summary>An amount that is always there.</summary>
    public static Money Amount(this JsonElement document, string name) => document.AmountOrNone(name) ?? Money.Zero;

    /// <summary>A moment; null: none.</summary>
    public static DateTimeOffset? Time(this JsonElement document, string name) => document.Text(name) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        ? at
        : null;

    /// <summary>The rows of a member.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement document, string name) =>
        document.Member(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];
}
