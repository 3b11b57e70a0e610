using System.Text.Json;
using Lava.Metering;

namespace Lava.Postgres;

/// <summary>The column <c>by_model</c>: the names of its members, and how it is read. <see cref="RecordColumns"/> writes it.</summary>
internal static class ModelUsageColumn
{
    public const string Model = "model";
    public const string Certainty = "certainty";
    public const string InputTokens = "input_tokens";
    public const string OutputTokens = "output_tokens";
    public const string InputCharacters = "input_characters";
    public const string OutputCharacters = "output_characters";
    public const string InputMicroseconds = "input_us";
    public const string OutputMicroseconds = "output_us";

    /// <summary>Reads the column's text.</summary>
    public static ModelUsage[] Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static ModelUsage Read(JsonElement part)
    {
        var usage = new Usage
        {
            Certainty = (UsageCertainty)Count(part, Certainty),
            InputTokens = Count(part, InputTokens),
            OutputTokens = Count(part, OutputTokens),
            InputCharacters = Count(part, InputCharacters),
            OutputCharacters = Count(part, OutputCharacters),
            InputMicroseconds = Count(part, InputMicroseconds),
            OutputMicroseconds = Count(part, OutputMicroseconds),
        };
        foreach (var name in UsageDetails.Names)
        {
            UsageDetails.Set(ref usage, name, Count(part, name));
        }

        return new ModelUsage(part.GetProperty(Model).GetString()!, usage);
    }

    private static long Count(JsonElement part, string name) => part.TryGetProperty(name, out var count) ? count.GetInt64() : 0;
}
