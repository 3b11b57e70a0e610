using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lava.Metering.Catalog;

/// <summary>Reads <see cref="ProviderOptions"/> from JSON and says everything that is wrong with it, not only the first thing.</summary>
public static partial class ProviderOptionsJson
{
    private static readonly string[] Members =
    [
        .. typeof(ProviderOptions).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)),
    ];

    /// <summary>Reads one provider.</summary>
    /// <param name="json">An object with the members of <see cref="ProviderOptions"/>.</param>
    /// <param name="errors">"apis[0].base: what is wrong, and what would be right".</param>
    /// <returns>What could be read.</returns>
    public static ProviderOptions Parse(string json, ICollection<string> errors)
    {
        JsonObject whole;
        try
        {
            whole = JsonNode.Parse(json)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            errors.Add($"it is not a JSON object: {e.Message}");
            return new ProviderOptions();
        }

        // A reader of the whole stops at its first error: each member, and each object of a list, is tried by itself.
        foreach (var (name, value) in whole.ToArray())
        {
            var problems = Parts(name, value).Select(part => Problem(part.Place, name, part.Value)).OfType<string>().ToArray();
            foreach (var problem in problems)
            {
                errors.Add(problem);
            }

            if (problems.Length > 0)
            {
                whole.Remove(name);
            }
        }

        return whole.Deserialize<ProviderOptions>(ProviderFile.Options)!;
    }

    private static IEnumerable<(string Place, JsonNode? Value)> Parts(string name, JsonNode? value) =>
        value is JsonArray { Count: > 0 } items
            ? items.Select((item, index) => ($"{name}[{index}]", (JsonNode?)new JsonArray(item?.DeepClone())))
            : [(name, value?.DeepClone())];

    private static string? Problem(string place, string name, JsonNode? value)
    {
        if (!Members.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return $"{place}: there is no such member: there are {string.Join(", ", Members)}";
        }

        try
        {
            new JsonObject { [name] = value }.Deserialize<ProviderOptions>(ProviderFile.Options);
            return null;
        }
        catch (JsonException e)
        {
            // "$.apis[0].base": what stands behind the member itself.
            var path = e.Path ?? "";
            var start = path.IndexOfAny(['.', ']'], Math.Min(path.Length, "$.".Length));
            var inner = start < 0 ? "" : path[start..].TrimStart(']');
            return $"{place}{inner}: {Cure(e.Message)}";
        }
        catch (ArgumentException e)
        {
            return $"{place}: {e.Message}";
        }
    }

    private static string Cure(string message)
    {
        var type = ConvertedType().Match(message) is { Success: true } match
            ? typeof(ProviderOptions).Assembly.GetType(match.Groups["type"].Value)
            : null;
        var end = message.IndexOf(" Path:", StringComparison.Ordinal);
        return type is { IsEnum: true } ? $"expected one of {string.Join(", ", Enum.GetNames(type))}"
            : end < 0 ? message
            : message[..end];
    }

    [GeneratedRegex(@"converted to (?<type>[\w.]+?)\. ")]
    private static partial Regex ConvertedType();
}
