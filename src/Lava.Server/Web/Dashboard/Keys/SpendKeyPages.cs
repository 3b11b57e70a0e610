using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>Spend keys: keys for calls alone, with limits of their own and what is used of them.</summary>
internal static class SpendKeyPages
{
    public const string Path = "/keys/spend";

    private const string What = "spend key";

    private static readonly string[] Columns = ["Name", "Key", "State", "Spend", "Requests", "Used last"];

    public static async Task ListAsync(PageCall call)
    {
        var cursor = call.Query("after") is { } after ? $"&cursor={Uri.EscapeDataString(after)}" : "";
        var answer = await call.GetAsync($"/spend_keys?limit={TableMarkup.PageRows}{cursor}");
        if (!answer.IsOk)
        {
            throw PageLoad.Failure(answer, "page");
        }

        var keys = answer.Rows.ToList();
        await call.OkAsync(new PageView(PageArea.Keys, "Keys", Markup.Of($"""
            {KeyPages.Tabs(call, Path)}
            <section>
            {(keys.Count == 0 ? Empty(call) : TableMarkup.Of("Spend keys", Columns, keys.Select(key => Row(call, key))))}
            {PartMarkup.Older(answer.NextCursor is { } next ? call.Here(("after", next)) : null)}
            </section>
            """))
        {
            Actions = PartMarkup.Button(call.Link(SpendKeyForm.NewPath), "New spend key"),
            Styles = ["forms.css"],
        });
    }

    public static Task NewAsync(PageCall call) => ShowNewAsync(call, null, null);

    public static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(
            HttpMethods.Post, "/spend_keys", SpendKeyForm.ToJson(SpendKeyForm.Of(call, null), form, null));
        await (answer.IsOk ? ShowOnceAsync(call, answer) : ShowNewAsync(call, form, answer));
    }

    public static async Task EditAsync(PageCall call) => await ShowAsync(call, await LoadAsync(call), null, null);

    public static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var key = await LoadAsync(call);
        var id = key.Text("spend_key_id")!;
        var body = SpendKeyForm.ToJson(SpendKeyForm.Of(call, id), form, SpendKeyForm.Values(call, key));
        var answer = await call.SendAsync(HttpMethods.Put, $"/spend_keys/{id}", body);
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(SpendKeyForm.PathOf(id)), "saved") : ShowAsync(call, key, form, answer));
    }

    public static async Task SetStatusAsync(PageCall call, string status)
    {
        var answer = await call.SendAsync(HttpMethods.Put, ApiPath(call), new JsonObject { ["status"] = status });
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(SpendKeyForm.PathOf(answer.Body.Text("spend_key_id")!)), "saved")
            : throw PageLoad.Failure(answer, What));
    }

    public static async Task RotateAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Post, ApiPath(call) + "/rotate", new JsonObject());
        await (answer.IsOk ? ShowOnceAsync(call, answer) : throw PageLoad.Failure(answer, What));
    }

    public static async Task RevokeAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Delete, ApiPath(call));
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(Path), "revoked") : throw PageLoad.Failure(answer, What));
    }

    private static string ApiPath(PageCall call) => $"/spend_keys/{Uri.EscapeDataString(call.Id)}";

    private static Task<JsonElement> LoadAsync(PageCall call) => call.LoadAsync(ApiPath(call), What);

    private static Task ShowOnceAsync(PageCall call, ApiAnswer answer) => call.OkAsync(OnceView.Of(
        PageArea.Keys,
        answer.Body.Text("name")!,
        "The spend key",
        answer.Body.Text("key")!,
        call.Link(SpendKeyForm.PathOf(answer.Body.Text("spend_key_id")!))));

    private static Task ShowNewAsync(PageCall call, PostedForm? sent, ApiAnswer? answer) =>
        call.OkAsync(new PageView(PageArea.Keys, "New spend key", Markup.Of($"""
            {KeyPages.Tabs(call, Path)}
            <section>{FormMarkup.Of(SpendKeyForm.Of(call, null), call.FormToken, sent, answer)}</section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = ["forms.css"],
        });

    private static Task ShowAsync(PageCall call, JsonElement key, PostedForm? sent, ApiAnswer? answer)
    {
        var id = key.Text("spend_key_id")!;
        var isPaused = key.Text("status") == "paused";
        var page = call.Link(SpendKeyForm.PathOf(id));
        return call.OkAsync(new PageView(PageArea.Keys, key.Text("name")!, Markup.Of($"""
            {KeyPages.Tabs(call, Path)}
            <section>{PartMarkup.Facts(
            [
                ("Id", TextMarkup.Code(id)),
                ("Key", TextMarkup.Code(key.Text("key_preview"))),
                ("State", State(call, key)),
                ("Spend", Spend(call, key)),
                ("Requests", Requests(key)),
                ("Spend of all time", call.Amount(key.Amount("total_spend"))),
                ("Requests of all time", Markup.Of($"{key.GetProperty("total_requests").GetInt64()}")),
                ("Used last", TimeMarkup.MomentOrNone(key.Time("last_used_at"), call.Zone)),
                ("Ends", TimeMarkup.MomentOrNone(key.Time("expires_at"), call.Zone)),
                ("Made", call.Moment(key.Time("created_at")!.Value)),
            ])}</section>
            <section><h2>Limits</h2>
            {FormMarkup.Of(SpendKeyForm.Of(call, id), call.FormToken, sent ?? SpendKeyForm.Values(call, key), answer)}</section>
            <section><h2>The key itself</h2>
            {FormMarkup.Button($"{page}/{(isPaused ? "resume" : "pause")}", call.FormToken, isPaused ? "Resume" : "Pause")}
            {GuardMarkup.Of(
                "Rotate",
                "A new key takes this one's place, with its limits and what is used of them. The old one is refused at once.",
                page + "/rotate", call.FormToken, "Rotate this key")}
            {GuardMarkup.Of("Revoke", "Calls with it are refused at once, and it does not come back. Past calls stay.",
                page + "/revoke", call.FormToken, "Revoke this key")}
            </section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = ["forms.css"],
        });
    }

    private static Markup[] Row(PageCall call, JsonElement key) =>
    [
        PartMarkup.Link(call.Link(SpendKeyForm.PathOf(key.Text("spend_key_id")!)), TextMarkup.Name(key.Text("name"))),
        TextMarkup.Code(key.Text("key_preview")),
        State(call, key),
        Spend(call, key),
        Requests(key),
        TimeMarkup.MomentOrNone(key.Time("last_used_at"), call.Zone),
    ];

    private static Markup State(PageCall call, JsonElement key) => key.Text("status") == "paused" ? PartMarkup.Badge("warn", "paused")
        : key.Time("expires_at") <= call.Now ? PartMarkup.Badge("bad", "ended")
        : PartMarkup.Badge("good", "active");

    private static Markup Spend(PageCall call, JsonElement key)
    {
        var used = key.Amount("current_spend");
        if (key.GetProperty("spend_limit") is not { ValueKind: JsonValueKind.Object } limit)
        {
            return call.Amount(used);
        }

        var most = limit.Amount("amount");
        var meter = Meter("Spend", used.ToString(), most.ToString());
        return Markup.Of($"{meter} {call.Amount(used)} of {call.Amount(most)} {limit.Text("cycle")}");
    }

    private static Markup Requests(JsonElement key)
    {
        var used = key.GetProperty("current_requests").GetInt64().ToString(CultureInfo.InvariantCulture);
        if (key.GetProperty("request_limit") is not { ValueKind: JsonValueKind.Object } limit)
        {
            return Markup.Of($"{used}");
        }

        var most = limit.GetProperty("count").GetInt64().ToString(CultureInfo.InvariantCulture);
        return Markup.Of($"{Meter("Requests", used, most)} {used} of {most} {limit.Text("cycle")}");
    }

    private static Markup Meter(string label, string used, string most) =>
        Markup.Of($"""<meter aria-label="{label}" min="0" max="{most}" value="{used}"></meter>""");

    private static Markup Empty(PageCall call) => PartMarkup.Empty(
        "No spend keys yet",
        "A spend key makes calls and nothing else, as far as its limits reach: for a script, an agent. Make one here, or with a line:",
        $$$"""
        curl {{{call.Server}}}v1/spend_keys -H "Authorization: Bearer $LAVA_SECRET_KEY" -H 'Content-Type: application/json' \
          -d '{"name":"Agent","spend_limit":{"amount":"20.00","cycle":"monthly"}}'
        """);
}
