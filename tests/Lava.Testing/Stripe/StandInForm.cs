using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>Parameters as Stripe takes them: names with brackets, in a body or a query string.</summary>
internal sealed class StandInForm
{
    private readonly List<(string Name, string Value)> _fields = [];

    public StandInForm(string text)
    {
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=');
            _fields.Add((WebUtility.UrlDecode(at < 0 ? pair : pair[..at]), at < 0 ? "" : WebUtility.UrlDecode(pair[(at + 1)..])));
        }
    }

    /// <summary>The names without what is in brackets.</summary>
    public IEnumerable<string> Names => _fields.Select(pair => pair.Name.Split('[')[0]).Distinct();

    /// <summary>All of it in one order.</summary>
    public string Text => string.Join('&', _fields.Order().Select(pair => $"{pair.Name}={pair.Value}"));

    public string? this[string name] => _fields.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault();

    public bool Has(string name) => Names.Contains(name);

    /// <summary>A list's items.</summary>
    public string[] List(string name) =>
        [.. _fields.Where(field => field.Name.StartsWith(name + "[", StringComparison.Ordinal)).Select(field => field.Value)];

    /// <summary>A whole number; null: not given.</summary>
    public long? Number(string name) => this[name] is not { } text
        ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new StandInException(400, "parameter_invalid_integer", $"Invalid integer: {text}", name);

    public JsonObject Metadata()
    {
        var metadata = new JsonObject();
        foreach (var (name, value) in _fields.Where(field => field.Name.StartsWith("metadata[", StringComparison.Ordinal)))
        {
            metadata[name["metadata[".Length..^1]] = value;
        }

        return metadata;
    }
}
