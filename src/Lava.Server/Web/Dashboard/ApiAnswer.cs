using System.Text.Json;

namespace Lava.Server.Web.Dashboard;

/// <summary>What the API answered a page.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The document; undefined where there was none.</param>
internal sealed record ApiAnswer(int Status, JsonElement Body)
{
    public bool IsOk => Status is >= 200 and < 300;

    /// <summary>The rows of a list.</summary>
    public IEnumerable<JsonElement> Rows => Body.TryGetProperty("data", out var rows) ? rows.EnumerateArray() : [];

    /// <summary>Where the list goes on; null: it ends here.</summary>
    public string? NextCursor =>
        Body.TryGetProperty("next_cursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;

    /// <summary>What was wrong, for programs; null: nothing, or nothing that was told.</summary>
    public string? Code => Error is { } error && error.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>What was wrong, for people.</summary>
    public string Message => Error is { } error && error.TryGetProperty("message", out var text) ? text.GetString()! : $"Status {Status}";

    /// <summary>What was wrong with which field of the body, by its path.</summary>
    public IReadOnlyDictionary<string, string> FieldErrors
    {
        get
        {
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            if (Error is { } error && error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array)
            {
                foreach (var detail in details.EnumerateArray())
                {
                    fields.TryAdd(detail.GetProperty("field").GetString()!, detail.GetProperty("message").GetString()!);
                }
            }

            return fields;
        }
    }

    private JsonElement? Error =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            ? error
            : null;
}
