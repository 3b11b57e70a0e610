using System.Text.Json;

namespace Lava.Metering;

/// <content>What was used, and how sure that is.</content>
public static partial class RequestJson
{
    /// <summary>The certainty as the API names it.</summary>
    public static string CertaintyName(UsageCertainty certainty) => certainty switch
    {
        UsageCertainty.Exact => "exact",
        UsageCertainty.Partial => "partial",
        _ => "unknown",
    };

    /// <summary>The reason as the API names it; null: the usage is exact.</summary>
    public static string? ReasonName(UsageReason reason) => reason switch
    {
        UsageReason.None => null,
        UsageReason.Missing => "missing",
        UsageReason.Cut => "cut",
        UsageReason.Malformed => "malformed",
        UsageReason.Absurd => "absurd",
        _ => "unreadable",
    };

    /// <summary>The tier as the API names it.</summary>
    public static string TierName(ServiceTier tier) => tier switch
    {
        ServiceTier.Priority => "priority",
        ServiceTier.Flex => "flex",
        ServiceTier.Batch => "batch",
        ServiceTier.Fast => "fast",
        _ => "standard",
    };

    private static void WriteUsage(Utf8JsonWriter writer, UsageRecord record)
    {
        var usage = record.Usage;
        writer.WriteStartObject("model_usage");
        writer.WriteNumber("input_tokens", usage.InputTokens);
        writer.WriteNumber("output_tokens", usage.OutputTokens);
        writer.WriteNumber("total_tokens", usage.InputTokens + usage.OutputTokens);
        writer.WriteNumber("input_characters", usage.InputCharacters);
        writer.WriteNumber("output_characters", usage.OutputCharacters);
        writer.WriteNumber("total_characters", usage.InputCharacters + usage.OutputCharacters);
        writer.WriteNumber("input_seconds", Seconds(usage.InputMicroseconds));
        writer.WriteNumber("output_seconds", Seconds(usage.OutputMicroseconds));
        writer.WriteNumber("total_seconds", Seconds(usage.InputMicroseconds + usage.OutputMicroseconds));
        writer.WriteString("input_cost", record.InputCost.ToString());
        writer.WriteString("output_cost", record.OutputCost.ToString());
        writer.WriteString("total_cost", record.Cost.ToString());
        writer.WriteString("payer", CostPayer(record));
        WriteDetails(writer, usage);
        WriteByModel(writer, record.ByModel);
        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, in Usage usage)
    {
        writer.WriteStartObject("details");
        for (var i = 0; i < UsageDetails.Names.Length; i++)
        {
            if (UsageDetails.Get(usage, i) is var count and not 0)
            {
                writer.WriteNumber(UsageDetails.Names[i], count);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteByModel(Utf8JsonWriter writer, ModelUsage[] models)
    {
        if (models.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("by_model");
        foreach (var (model, usage) in models)
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteNumber("input_tokens", usage.InputTokens);
            writer.WriteNumber("output_tokens", usage.OutputTokens);
            if (UsageDetails.Any(usage))
            {
                WriteDetails(writer, usage);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
