using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.OpenApi;

/// <summary>
/// The schema of a request, read off two requests as their one writer writes them: one with everything, one with nothing. It can't
/// differ from what is sent.
/// </summary>
internal static class RequestSchema
{
    private const int MoneyDecimals = 10;

    /// <summary>The schema.</summary>
    public static JsonObject Make() => Of(Written(Full()), Written(new UsageRecord { Reported = true }));

    private static UsageRecord Full() => new()
    {
        RequestId = "req_",
        Status = RequestStatus.Completed,
        CustomerId = Guid.Empty,
        MeterId = Guid.Empty,
        SpendKeyId = Guid.Empty,
        Model = "m",
        ResponseId = "r",
        ErrorCode = "e",
        IsRegional = true,
        Usage = new Usage { InputTokens = 1, Reason = UsageReason.Cut, ProviderCost = new Money(1) },
        Slices = [new ChargeSlice(0, new Money(1), 1, new Money(1))],
    };

    private static JsonElement Written(UsageRecord record)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            RequestJson.Write(writer, record, isTest: false);
        }

        return JsonDocument.Parse(bytes.ToArray()).RootElement;
    }

    private static JsonObject Of(JsonElement full, JsonElement? least) => full.ValueKind switch
    {
        JsonValueKind.Object => Object(full, least),
        JsonValueKind.Array => new JsonObject { ["type"] = "array", ["items"] = Items(full) },
        JsonValueKind.Number => new JsonObject { ["type"] = "number" },
        JsonValueKind.True or JsonValueKind.False => new JsonObject { ["type"] = "boolean" },
        _ => Text(full.GetString()!),
    };

    private static JsonObject Object(JsonElement full, JsonElement? least)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in full.EnumerateObject())
        {
            JsonElement? other = least is { } there && there.TryGetProperty(property.Name, out var value) ? value : null;
            properties[property.Name] = Of(property.Value, other ?? property.Value);
            if (other is not null)
            {
                required.Add(property.Name);
            }
        }

        var schema = new JsonObject { ["type"] = "object" };
        if (properties.Count == 0)
        {
            schema["additionalProperties"] = new JsonObject { ["type"] = "string" };
            return schema;
        }

        schema["properties"] = properties;
        schema["required"] = required;
        return schema;
    }

    private static JsonNode Items(JsonElement array)
    {
        var item = array.EnumerateArray().FirstOrDefault();
        return item.ValueKind == JsonValueKind.Undefined ? new JsonObject() : Of(item, item);
    }

    private static JsonObject Text(string text)
    {
        if (text.Length > MoneyDecimals && text[^(MoneyDecimals + 1)] == '.' && Money.TryParse(text, out _))
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = FieldSchema.AmountPattern };
        }

        return DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? new JsonObject { ["type"] = "string", ["format"] = "date-time" }
            : new JsonObject { ["type"] = "string" };
    }
}
