using System.Text.Json;

namespace Lava.Metering.Catalog.Import;

/// <summary>
/// The api.json of models.dev: an object of providers, each with an object of models, each with "cost" in dollars per million tokens
/// and "limit".
/// </summary>
internal static class ModelsDevReader
{
    public const string ModelsField = "models";

    private const string TiersField = "tiers";
    private const string StepField = "context_over_200k";
    private const long LongContext = 200_000;

    private static readonly Dictionary<string, string> Costs = new()
    {
        ["input"] = "input",
        ["output"] = "output",
        ["cache_read"] = "cached",
        ["cache_write"] = "cache_write",
        ["input_audio"] = "audio_in",
        ["output_audio"] = "audio_out",
        ["reasoning"] = "reasoning",
    };

    private static readonly Dictionary<string, string> Steps = new()
    {
        ["input"] = "long_input",
        ["output"] = "long_output",
        ["cache_read"] = "long_cached",
        ["cache_write"] = "long_cache_write",
    };

    public static IEnumerable<ImportedModel> Read(JsonElement root, ImportWarnings warnings)
    {
        foreach (var provider in root.EnumerateObject())
        {
            if (!TryObject(provider.Value, ModelsField, out var models))
            {
                warnings.Add("left out: without models", ImportedProviders.OfModelsDev(provider.Name), "");
                continue;
            }

            foreach (var model in models.EnumerateObject())
            {
                yield return Model(ImportedProviders.OfModelsDev(provider.Name), model, warnings);
            }
        }
    }

    private static ImportedModel Model(string provider, JsonProperty source, ImportWarnings warnings)
    {
        var model = new ImportedModel(provider, source.Name, warnings);
        if (TryObject(source.Value, "limit", out var limit))
        {
            model.Context = Count(limit, "context");
            model.MaxOutput = Count(limit, "output");
        }

        if (!TryObject(source.Value, "cost", out var cost))
        {
            return model;
        }

        foreach (var field in cost.EnumerateObject())
        {
            if (Costs.TryGetValue(field.Name, out var key))
            {
                model.Price(key, field.Value, 1);
            }
            else if (field.Name is not (StepField or TiersField))
            {
                model.Warn($"'cost.{field.Name}' has no counterpart");
            }
        }

        TakeSteps(model, cost);

        // An embedding states its output as 0, and has its vectors' size for a limit.
        model.IsWithoutOutput = cost.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Number
            && output.TryGetDecimal(out var price) && price == 0 && source.Name.Contains("embed", StringComparison.OrdinalIgnoreCase);
        return model;
    }

    // "tiers" name their bound; where there are none, "context_over_200k" has it in its name. A row has one step: the lowest.
    private static void TakeSteps(ImportedModel model, JsonElement cost)
    {
        var steps = new List<(long Above, JsonElement Prices)>();
        if (cost.TryGetProperty(TiersField, out var tiers) && tiers.ValueKind == JsonValueKind.Array)
        {
            foreach (var tier in tiers.EnumerateArray())
            {
                if (TryObject(tier, "tier", out var bound) && Count(bound, "size") is { } above)
                {
                    steps.Add((above, tier));
                }
                else
                {
                    model.Warn("a tier that is none of the context left out");
                }
            }
        }

        if (steps.Count == 0 && TryObject(cost, StepField, out var step))
        {
            steps.Add((LongContext, step));
        }

        if (steps.Count == 0)
        {
            return;
        }

        if (steps.Count > 1)
        {
            model.Warn("a second step of the context left out");
        }

        var (lowest, prices) = steps.MinBy(candidate => candidate.Above);
        model.Above = lowest;
        foreach (var (name, key) in Steps)
        {
            if (prices.TryGetProperty(name, out var price))
            {
                model.Price(key, price, 1);
            }
        }
    }

    private static bool TryObject(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value)
            && value.ValueKind == JsonValueKind.Object;
    }

    private static long? Count(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count)
            ? count
            : null;
}
