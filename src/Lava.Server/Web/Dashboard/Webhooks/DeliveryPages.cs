using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Server.Api.Json;
using Lava.Server.Api.Webhooks;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Webhooks;

/// <summary>What a webhook was told: each message, how often it was sent, what the answer was.</summary>
internal static class DeliveryPages
{
    private const string What = "delivery";
    private const string StateFilter = "state";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
        TypeInfoResolver = ApiJson.Shape,
    };

    private static readonly string[] Columns = ["Event", "Made", "State", "#Attempts", "#Last status", "Next attempt"];

    private static readonly Dictionary<string, (string Tone, string Word)> States = new()
    {
        ["waiting"] = ("warn", "waiting"),
        ["delivered"] = ("good", "delivered"),
        ["given_up"] = ("bad", "given up"),
        ["cancelled"] = ("plain", "cancelled"),
    };

    /// <summary>A delivery's page.</summary>
    public static string PathOf(string webhook, string delivery) => $"{WebhookPages.PathOf(webhook)}/deliveries/{delivery}";

    /// <summary>How far a delivery is.</summary>
    public static Markup State(JsonElement delivery)
    {
        var state = delivery.Text("state")!;
        var (tone, word) = States[state];
        return state == "waiting" && delivery.GetProperty("attempts").GetInt32() > 0
            ? PartMarkup.Badge("bad", "failing")
            : PartMarkup.Badge(tone, word);
    }

    /// <summary>The list of a webhook's page.</summary>
    public static async Task<Markup> ListAsync(PageCall call, string webhook)
    {
        var state = call.Query(StateFilter) is { } asked && DeliveryView.States.ContainsKey(asked) ? asked : null;
        var filter = state is null ? "" : $"&state={state}";
        var cursor = call.Query("after") is { } after ? $"&cursor={Uri.EscapeDataString(after)}" : "";
        var answer = await call.GetAsync($"/webhooks/{webhook}/deliveries?limit={TableMarkup.PageRows}{filter}{cursor}");
        if (!answer.IsOk)
        {
            throw PageLoad.Failure(answer, What);
        }

        var rows = answer.Rows.ToList();
        return Markup.Of($"""
            <ul class="chips">{Chip(call, "All", null, state)}
            {DeliveryView.States.Keys.Select(one => Chip(call, States[one].Word, one, state))}</ul>
            {(rows.Count == 0
                ? Empty(call, state)
                : TableMarkup.Of("Deliveries", Columns, rows.Select(row => Row(call, webhook, row))))}
            {PartMarkup.Older(answer.NextCursor is { } next ? call.Here(("after", next)) : null)}
            """);
    }

    public static async Task ShowAsync(PageCall call)
    {
        var webhook = await WebhookPages.LoadAsync(call);
        var id = webhook.Text("webhook_id")!;
        var delivery = await call.LoadAsync(ApiPath(call), What);
        await call.OkAsync(new PageView(PageArea.Webhooks, delivery.Text("event")!, Markup.Of($"""
            <p>To {PartMarkup.Link(call.Link(WebhookPages.PathOf(id)), TextMarkup.Name(webhook.Text("name")))},
            {TextMarkup.Name(webhook.Text("url"))}.</p>
            <section>{PartMarkup.Facts(
            [
                ("Customer", Customer(call, delivery.Text("body"))),
                ("Delivery", TextMarkup.Code(delivery.Text("delivery_id"))),
                ("webhook-id", TextMarkup.Code(delivery.Text("event_id"))),
                ("State", State(delivery)),
                ("Attempts", Markup.Of($"{delivery.GetProperty("attempts").GetInt32()}")),
                ("Last status", Status(delivery)),
                ("Next attempt", TimeMarkup.MomentOrNone(delivery.Time("next_attempt_at"), call.Zone)),
                ("Made", call.Moment(delivery.Time("created_at")!.Value)),
                ("Repeats", Repeats(call, id, delivery)),
            ])}
            {Wrong(delivery.Text("last_error"))}
            {FormMarkup.Button(call.Link(PathOf(id, delivery.Text("delivery_id")!)) + "/replay", call.FormToken, "Send it once more")}
            </section>
            <section><h2>Message</h2>{TextMarkup.Lines(TextMarkup.Plain(Pretty(delivery.Text("body") ?? "")))}</section>
            """))
        {
            Styles = ["forms.css"],
        });
    }

    public static async Task ReplayAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Post, ApiPath(call) + "/replay");
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PathOf(Uri.EscapeDataString(call.Id), answer.Body.Text("delivery_id")!)), "replayed")
            : throw PageLoad.Failure(answer, What));
    }

    private static string ApiPath(PageCall call) =>
        $"/webhooks/{Uri.EscapeDataString(call.Id)}/deliveries/{Uri.EscapeDataString((string)call.Http.Request.RouteValues["delivery"]!)}";

    private static Markup Empty(PageCall call, string? state) => state is not null
        ? PartMarkup.Empty("Nothing was sent", "No delivery is in this state.")
        : PartMarkup.Empty(
            "Nothing was sent",
            "What happens to customers shows here: give one credit, let a call use some, or make one with a line:",
            $$"""
            curl {{call.Server}}v1/customers -H "Authorization: Bearer $LAVA_SECRET_KEY" -H 'Content-Type: application/json' \
              -d '{"reference_id":"webhook_test","name":"Webhook test"}'
            """);

    private static Markup[] Row(PageCall call, string webhook, JsonElement row) =>
    [
        PartMarkup.Link(call.Link(PathOf(webhook, row.Text("delivery_id")!)), row.Text("event")!),
        call.Moment(row.Time("created_at")!.Value),
        State(row),
        Markup.Of($"{row.GetProperty("attempts").GetInt32()}"),
        Status(row),
        TimeMarkup.MomentOrNone(row.Time("next_attempt_at"), call.Zone),
    ];

    private static Markup Chip(PageCall call, string text, string? value, string? current) => value == current
        ? Markup.Of($"""<li><a href="{call.Here((StateFilter, value))}" aria-current="true">{text}</a></li>""")
        : Markup.Of($"""<li><a href="{call.Here((StateFilter, value))}">{text}</a></li>""");

    private static Markup Wrong(string? error) => error is null
        ? Markup.Empty
        : Markup.Of($"<h2>What went wrong</h2>{TextMarkup.Lines(TextMarkup.Plain(error))}");

    private static Markup Status(JsonElement delivery) =>
        delivery.GetProperty("last_status") is { ValueKind: JsonValueKind.Number } status
            ? Markup.Of($"{status.GetInt32()}")
            : TextMarkup.None;

    // An event of the merchant's own is about none. One who was deleted since has no page any more: the link says so.
    private static Markup Customer(PageCall call, string? body) =>
        Parse(body)?["data"]?["customer_id"] is JsonValue value && value.TryGetValue(out string? id)
            ? PartMarkup.Link(call.Link($"/customers/{Uri.EscapeDataString(id)}"), TextMarkup.Code(id))
            : TextMarkup.None;

    private static Markup Repeats(PageCall call, string webhook, JsonElement delivery) => delivery.Text("replay_of") is { } first
        ? PartMarkup.Link(call.Link(PathOf(webhook, first)), first)
        : TextMarkup.None;

    // A message is JSON, made here; should it not be, it is shown as it is.
    private static string Pretty(string body) => Parse(body)?.ToJsonString(Readable) ?? body;

    private static JsonNode? Parse(string? body)
    {
        try
        {
            return JsonNode.Parse(body ?? "null");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
