using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>The form of a spend key: the API's fields.</summary>
internal static class SpendKeyForm
{
    /// <summary>Where a new one is made.</summary>
    public const string NewPath = "/keys/spend/new";

    private const string Models = "allowed_models";
    private const string Providers = "allowed_providers";
    private const string Expires = "expires_at";

    private static readonly (string Value, string Label)[] Cycles =
        [("daily", "a day"), ("weekly", "a week"), ("monthly", "a month"), ("total", "all time")];

    private static readonly char[] Between = ['\n', '\r', ',', ' '];

    // Objects that are there with their amount or not at all: a cycle alone says nothing.
    private static readonly (string Name, string Amount)[] Limits =
        [("spend_limit", "amount"), ("request_limit", "count"), ("rate_limit", "rpm")];

    /// <summary>A key's page.</summary>
    public static string PathOf(string id) => $"/keys/spend/{id}";

    /// <summary>The form; of a new key without an id.</summary>
    public static FormSpec Of(PageCall call, string? id) => new(
        call.Link(id is null ? NewPath : PathOf(id)),
        id is null ? "Create key" : "Save",
        Fields(call.Parts.Management.Catalog.Providers.Select(provider => provider.Name).Order()));

    private static FormField[] Fields(IEnumerable<string> names) =>
        [
            new FormField("name", "Name") { IsRequired = true },
            new FormField("request_shape", "Called as", FieldKind.Choice)
            {
                Options = [("openai", "OpenAI is"), ("anthropic", "Anthropic is")], Hint = "Which client it is for.",
            },
            new FormField("spend_amount", "Spend at most, dollars", FieldKind.Amount) { Path = "spend_limit.amount", Abreast = 2 },
            new FormField("spend_cycle", "Spend: in", FieldKind.Choice)
            {
                Path = "spend_limit.cycle", Options = Cycles, Abreast = 2,
            },
            new FormField("request_count", "Requests at most", FieldKind.Number) { Path = "request_limit.count", Abreast = 2 },
            new FormField("request_cycle", "Requests: in", FieldKind.Choice)
            {
                Path = "request_limit.cycle", Options = Cycles, Abreast = 2,
            },
            new FormField("rpm", "Requests a minute", FieldKind.Number) { Path = "rate_limit.rpm", Abreast = 2 },
            new FormField("burst", "Of them at once", FieldKind.Number) { Path = "rate_limit.burst", Abreast = 2 },
            new FormField(Models, "Models", FieldKind.Lines) { Hint = "One a line; empty: all." },
            new FormField(Providers, "Providers; none chosen: all", FieldKind.Many)
            {
                Options = [.. names.Select(name => (name, name))],
            },
            new FormField(Expires, "Ends on", FieldKind.Day)
            {
                ClearsWhenEmpty = true, Hint = "At midnight UTC, when that day begins; empty: never.",
            },
        ];

    /// <summary>What stands in the form of this key.</summary>
    public static PostedForm Values(PageCall call, JsonElement key)
    {
        var values = PostedForm.Of(Of(call, key.Text("spend_key_id")), key);
        return key.GetProperty(Models) is { ValueKind: JsonValueKind.Array } models
            ? values.With(Models, string.Join('\n', models.EnumerateArray().Select(model => model.GetString())))
            : values;
    }

    /// <summary>The API's document.</summary>
    /// <param name="spec">The form.</param>
    /// <param name="form">What was filled in.</param>
    /// <param name="present">What stood in it; null: it is a new key.</param>
    public static JsonObject ToJson(FormSpec spec, PostedForm form, PostedForm? present)
    {
        var body = form.ToJson(spec);
        body[Models] = form.Text(Models) is { } models
            ? new JsonArray(
                [.. models.Split(Between, StringSplitOptions.RemoveEmptyEntries).Select(name => (JsonNode)JsonValue.Create(name))])
            : null;
        body[Providers] = form.Many(Providers).Count == 0 ? null : body[Providers]?.DeepClone();
        foreach (var (name, amount) in Limits)
        {
            if (body[name] is not JsonObject limit || !limit.ContainsKey(amount))
            {
                body[name] = null;
            }
        }

        // A day is less than what a program may have set: it is sent where it was changed.
        if (form.Text(Expires) == present?.Text(Expires))
        {
            body.Remove(Expires);
        }

        return body;
    }
}
