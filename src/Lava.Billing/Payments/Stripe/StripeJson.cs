using System.Globalization;
using System.Text.Json;

namespace Lava.Billing.Payments.Stripe;

/// <summary>Members of Stripe's objects; what is missing, null or of another kind is null.</summary>
internal static class StripeJson
{
    public static JsonElement? Member(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    public static string? Text(this JsonElement from, string name)
    {
        try
        {
            return from.Member(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is no text.
            return null;
        }
    }

    public static long? Number(this JsonElement from, string name) =>
        from.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;

    public static bool? Flag(this JsonElement from, string name) => from.Member(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>What we had an object remember.</summary>
    public static string? Note(this JsonElement from, string name) => from.Member("metadata")?.Text(name);

    /// <summary>An object's name, whether it is there whole or by its name alone.</summary>
    public static string? Reference(this JsonElement from, string name) => from.Text(name) ?? from.Member(name)?.Text("id");

    /// <summary>A time, in seconds of Unix.</summary>
    public static DateTimeOffset? Time(this JsonElement from, string name) =>
        from.Number(name) is { } seconds and >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static string Text(this long number) => number.ToString(CultureInfo.InvariantCulture);
}
