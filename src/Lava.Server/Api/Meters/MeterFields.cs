using Lava.Metering.Pricing;

namespace Lava.Server.Api.Meters;

/// <summary>Reads a meter's fields; the rules of its tiers stand in <see cref="MeterRules"/>.</summary>
internal static class MeterFields
{
    /// <summary>The tiers; null where the field is absent.</summary>
    public static MeterTier[]? ReadTiers(RequestBody body, RateType rateType)
    {
        if (body.Objects("tiers") is not { } items)
        {
            return null;
        }

        var texts = items.Select(item => new MeterTierText(Text(item, "start"), Text(item, "rate"))).ToArray();
        var broken = new List<MeterRuleError>();
        var tiers = MeterRules.Validate(rateType, texts, broken);
        foreach (var error in broken)
        {
            body.Errors.Add(error.Field, error.Message);
        }

        return tiers;

        // What answers show is a number where requests carry text: both are read, so that an answer can be sent back.
        static string? Text(System.Text.Json.JsonElement item, string name) => !item.TryGetProperty(name, out var value)
            ? null
            : value.ValueKind == System.Text.Json.JsonValueKind.Number ? value.GetRawText() : JsonText.Read(value);
    }
}
