using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lava.Metering.Catalog.Import;

/// <summary>
/// LiteLLM's model_prices_and_context_window.json: an object of models by name, each with "litellm_provider", costs per token, character,
/// second, image, page or query, and bounds.
/// </summary>
internal static partial class LiteLlmReader
{
    public const string ProviderField = "litellm_provider";

    private const decimal Million = 1_000_000;
    private const decimal Thousand = 1_000;

    private static readonly Dictionary<string, (string Key, decimal Scale)> Fields = new()
    {
        ["input_cost_per_token"] = ("input", Million),
        ["output_cost_per_token"] = ("output", Million),
        ["cache_read_input_token_cost"] = ("cached", Million),
        ["cache_creation_input_token_cost"] = ("cache_write", Million),
        ["cache_creation_input_token_cost_above_1hr"] = ("cache_write_1h", Million),
        ["input_cost_per_audio_token"] = ("audio_in", Million),
        ["cache_read_input_audio_token_cost"] = ("cached_audio", Million),
        ["cache_read_input_token_cost_per_audio_token"] = ("cached_audio", Million),
        ["output_cost_per_audio_token"] = ("audio_out", Million),
        ["input_cost_per_image_token"] = ("image_in", Million),
        ["output_cost_per_image_token"] = ("image_out", Million),
        ["output_cost_per_reasoning_token"] = ("reasoning", Million),
        ["output_cost_per_image"] = ("image", 1),
        ["input_cost_per_character"] = ("characters_in", Million),
        ["output_cost_per_character"] = ("characters_out", Million),
        ["input_cost_per_second"] = ("second_in", 1),
        ["output_cost_per_second"] = ("second_out", 1),
        ["output_cost_per_video_per_second"] = ("second_out", 1),
        ["ocr_cost_per_page"] = ("page", 1),
        ["input_cost_per_query"] = ("request", 1),
        ["input_cost_per_request"] = ("request", 1),
        ["input_cost_per_token_batches"] = ("batch_in", Million),
        ["output_cost_per_token_batches"] = ("batch_out", Million),
        ["input_cost_per_token_flex"] = ("flex_in", Million),
        ["output_cost_per_token_flex"] = ("flex_out", Million),
        ["cache_read_input_token_cost_flex"] = ("flex_cached", Million),
        ["input_cost_per_token_priority"] = ("priority_in", Million),
        ["output_cost_per_token_priority"] = ("priority_out", Million),
        ["cache_read_input_token_cost_priority"] = ("priority_cached", Million),
    };

    private static readonly Dictionary<string, string> Steps = new()
    {
        ["input_cost_per_token"] = "long_input",
        ["output_cost_per_token"] = "long_output",
        ["cache_read_input_token_cost"] = "long_cached",
        ["cache_creation_input_token_cost"] = "long_cache_write",
        ["cache_creation_input_token_cost_above_1hr"] = "long_cache_write_1h",
    };

    // What the list holds beside models.
    private static readonly string[] Others = ["sample_spec", "fallback_generalizations"];

    private static readonly string[] WithoutOutput = ["embedding", "rerank", "moderation"];

    public static IEnumerable<ImportedModel> Read(JsonElement root, ImportWarnings warnings)
    {
        foreach (var property in root.EnumerateObject().Where(property => !Others.Contains(property.Name)))
        {
            if (property.Value.ValueKind != JsonValueKind.Object || Text(property.Value, ProviderField) is not { } provider)
            {
                warnings.Add("left out: without a provider", "", property.Name);
                continue;
            }

            var model = Model(property.Name, provider, property.Value, warnings);
            if (IsVariant(model))
            {
                model.Warn("left out: a size, quality or region in the name");
                continue;
            }

            yield return model;
        }
    }

    private static ImportedModel Model(string name, string provider, JsonElement fields, ImportWarnings warnings)
    {
        var ours = ImportedProviders.OfLiteLlm(provider);
        var model = new ImportedModel(ours, WithoutProvider(name, provider, ours), warnings)
        {
            Context = Count(fields, "max_input_tokens") ?? Count(fields, "max_tokens"),
            MaxOutput = Count(fields, "max_output_tokens") ?? Count(fields, "max_tokens"),
            IsWithoutOutput = WithoutOutput.Contains(Text(fields, "mode")),
            MayBeFree = Text(fields, "mode") == "moderation",
        };
        foreach (var field in fields.EnumerateObject())
        {
            Take(model, field, Text(fields, "mode"));
        }

        return model;
    }

    private static void Take(ImportedModel model, JsonProperty field, string? mode)
    {
        if (Fields.TryGetValue(field.Name, out var known))
        {
            model.Price(known.Key, field.Value, known.Scale);
        }
        else if (field.Name == "input_cost_per_image" && mode == "image_generation")
        {
            model.Price("image", field.Value, 1);
        }
        else if (field.Name == "search_context_cost_per_query" && field.Value.ValueKind == JsonValueKind.Object)
        {
            TakeSearches(model, field.Value);
        }
        else if (Step().Match(field.Name) is { Success: true } step && Steps.TryGetValue(step.Groups["of"].Value, out var key))
        {
            TakeStep(model, key, long.Parse(step.Groups["k"].Value, CultureInfo.InvariantCulture) * 1_000, field.Value);
        }
        else if (field.Name.Contains("cost", StringComparison.Ordinal) || field.Name == "tiered_pricing")
        {
            model.Warn($"'{field.Name}' has no counterpart");
        }
    }

    private static void TakeSearches(ImportedModel model, JsonElement bySize)
    {
        if (bySize.TryGetProperty("search_context_size_medium", out var medium))
        {
            model.Price("web_search", medium, Thousand);
        }
    }

    // One step is all that a row has: the lowest, above which all cost at least as much.
    private static void TakeStep(ImportedModel model, string key, long above, JsonElement value)
    {
        if (model.Above is { } other && other != above)
        {
            model.Warn("a second step of the context left out");
            return;
        }

        model.Above = above;
        model.Price(key, value, Million);
    }

    // "groq/llama-3.1-8b-instant", "bedrock/us-east-1/…": what stands before the name that the provider takes.
    private static string WithoutProvider(string name, string provider, string ours)
    {
        foreach (var prefix in (string[])[provider, provider.Split('-')[0], ours])
        {
            if (name.StartsWith(prefix + "/", StringComparison.Ordinal))
            {
                return name[(prefix.Length + 1)..];
            }
        }

        return name;
    }

    // "1024-x-1024/dall-e-2", "hd/…": prices by what is asked for. Bedrock's names have no path but the list's regions.
    private static bool IsVariant(ImportedModel model) =>
        SizeOrQuality().IsMatch(model.Name) || (model.Provider == "bedrock" && model.Name.Contains('/'));

    private static string? Text(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Count(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count)
            ? count
            : null;

    [GeneratedRegex("^(hd|standard|low|medium|high|[0-9]+-x-[0-9]+)/")]
    private static partial Regex SizeOrQuality();

    [GeneratedRegex("^(?<of>[a-z0-9_]+)_above_(?<k>[0-9]{1,6})k_tokens$")]
    private static partial Regex Step();
}
