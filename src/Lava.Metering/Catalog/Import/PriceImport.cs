using System.Globalization;
using System.Text;
using System.Text.Json;
using Lava.Metering.Pricing;

namespace Lava.Metering.Catalog.Import;

/// <summary>A public price list as rows of a price file.</summary>
public sealed class PriceImport
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private PriceImport(IReadOnlyList<PriceRow> rows, IReadOnlyList<string> warnings)
    {
        Rows = rows;
        Warnings = warnings;
    }

    /// <summary>The rows, by provider and model; no two of one model.</summary>
    public IReadOnlyList<PriceRow> Rows { get; }

    /// <summary>What could not be carried over: kind, number, first model.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads LiteLLM's list or that of models.dev, told apart by their shape.</summary>
    /// <param name="json">The list, UTF-8.</param>
    /// <param name="since">The day since when the rows hold.</param>
    /// <param name="provider">Only this provider's, by our name; null: all.</param>
    /// <exception cref="FormatException">It is not JSON, or neither of the two.</exception>
    public static PriceImport Read(ReadOnlyMemory<byte> json, DateOnly since, string? provider = null)
    {
        try
        {
            return ReadTexts(json, since, provider);
        }
        catch (InvalidOperationException e)
        {
            // What JsonElement throws for half a surrogate pair, and for bytes that are not UTF-8.
            throw new FormatException($"a text in it is no Unicode: {e.Message}", e);
        }
    }

    private static PriceImport ReadTexts(ReadOnlyMemory<byte> json, DateOnly since, string? provider)
    {
        using var document = Parse(json);
        var warnings = new ImportWarnings(provider);
        var (name, models) = Detect(document.RootElement, warnings);
        var source = string.Create(CultureInfo.InvariantCulture, $"{name}@{since:yyyy-MM-dd}");
        var rows = new List<PriceRow>();
        var taken = new HashSet<(string Provider, string Key)>();
        foreach (var model in models.Where(model => provider is null || model.Provider == provider))
        {
            if (model.ToRow(since, source) is not { } row)
            {
                continue;
            }

            if (!taken.Add((model.Provider, ModelPath.Key(model.Name))))
            {
                model.Warn("left out: another name of a model that came before");
                continue;
            }

            rows.Add(row);
        }

        var byProvider = rows.OrderBy(row => row.Price.Provider, StringComparer.Ordinal);
        return new PriceImport([.. byProvider.ThenBy(row => row.Price.Model, StringComparer.Ordinal)], warnings.Lines);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            // A file may begin with a byte order mark.
            return JsonDocument.Parse(json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[3..] : json, Lenient);
        }
        catch (JsonException e)
        {
            throw new FormatException($"not JSON: {e.Message}", e);
        }
    }

    private static (string Name, IEnumerable<ImportedModel> Models) Detect(JsonElement root, ImportWarnings warnings)
    {
        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in root.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object))
            {
                if (entry.Value.TryGetProperty(LiteLlmReader.ProviderField, out _))
                {
                    return ("litellm", LiteLlmReader.Read(root, warnings));
                }

                if (entry.Value.TryGetProperty(ModelsDevReader.ModelsField, out var models) && models.ValueKind == JsonValueKind.Object)
                {
                    return ("models.dev", ModelsDevReader.Read(root, warnings));
                }
            }
        }

        throw new FormatException("neither LiteLLM's model_prices_and_context_window.json nor the api.json of models.dev");
    }
}
