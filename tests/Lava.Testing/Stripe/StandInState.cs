using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Lava.Testing.Stripe;

/// <summary>All objects of the stand-in. Whoever uses it holds <see cref="Lock"/>.</summary>
internal sealed class StandInState(TimeProvider time, bool isLive)
{
    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly List<string> _order = [];
    private int _number;

    public Lock Lock { get; } = new();

    public bool IsLive => isLive;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Events that were told and wait to be delivered.</summary>
    public Queue<JsonObject> Untold { get; } = new();

    public JsonObject Add(string prefix, string kind, JsonObject made)
    {
        var id = $"{prefix}_{_run}{++_number:D8}";
        var whole = new JsonObject
        {
            ["id"] = id,
            ["object"] = kind,
            ["created"] = Now.ToUnixTimeSeconds(),
            ["livemode"] = isLive,
        };
        foreach (var (name, value) in made)
        {
            whole[name] = value?.DeepClone();
        }

        _objects.Add(id, whole);
        _order.Add(id);
        return whole;
    }

    /// <summary>A whole number, whatever its type: tests write them too.</summary>
    public static long Long(JsonNode? number) => long.Parse(number!.ToString(), CultureInfo.InvariantCulture);

    public static string NewSecret(JsonObject of) => $"{of["id"]}_secret_{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    public JsonObject? Find(string id) => _objects.GetValueOrDefault(id);

    public JsonObject Get(string kind, string? id, string parameter = "id") =>
        id is not null && _objects.TryGetValue(id, out var found) && (string?)found["object"] == kind
            ? found
            : throw new StandInException(
                parameter == "id" ? 404 : 400, "resource_missing", $"No such {kind}: '{id}'", parameter);

    /// <summary>Objects of a kind, the newest first.</summary>
    public IEnumerable<JsonObject> All(string kind) =>
        Enumerable.Reverse(_order).Select(id => _objects[id]).Where(found => (string?)found["object"] == kind);

    public void Tell(string type, JsonObject about)
    {
        var happened = Add("evt", "event", new JsonObject
        {
            ["api_version"] = "2026-10-28.endive",
            ["type"] = type,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            ["data"] = new JsonObject { ["object"] = about.DeepClone() },
        });
        Untold.Enqueue((JsonObject)happened.DeepClone());
    }

    /// <summary>A page of a list as Stripe gives it.</summary>
    public static JsonObject Page(string path, StandInForm form, IEnumerable<JsonObject> found)
    {
        var limit = (int)(form.Number("limit") ?? 10);
        if (limit is < 1 or > 100)
        {
            throw new StandInException(400, "parameter_invalid_integer", "limit must be 1 to 100", "limit");
        }

        var after = form["starting_after"];
        var from = form.Number("created[gte]") ?? 0;
        var rows = found.Where(row => Long(row["created"]) >= from).ToList();
        if (after is not null)
        {
            var at = rows.FindIndex(row => (string?)row["id"] == after);
            rows = at < 0
                ? throw new StandInException(400, "resource_missing", $"No such object: '{after}'", "starting_after")
                : rows[(at + 1)..];
        }

        return new JsonObject
        {
            ["object"] = "list",
            ["url"] = path,
            ["has_more"] = rows.Count > limit,
            ["data"] = new JsonArray([.. rows.Take(limit).Select(row => row.DeepClone())]),
        };
    }
}
