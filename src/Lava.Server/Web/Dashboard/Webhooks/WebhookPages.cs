using System.Text.Json;
using Lava.Billing.Webhooks;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Webhooks;

/// <summary>Webhooks: who is told of events, and how the last one was taken.</summary>
internal static class WebhookPages
{
    private const string Path = "/webhooks";
    private const string What = "webhook";

    public static void Map(PageRoutes routes)
    {
        routes.Get(Path, call => ListAsync(call, null, null));
        routes.Post(Path, CreateAsync);
        routes.Get(PathOf("{id}"), call => ShowAsync(call, null, null));
        routes.Post(PathOf("{id}"), SaveAsync);
        routes.Post(PathOf("{id}") + "/delete", DeleteAsync);
        routes.Get(DeliveryPages.PathOf("{id}", "{delivery}"), DeliveryPages.ShowAsync);
        routes.Post(DeliveryPages.PathOf("{id}", "{delivery}") + "/replay", DeliveryPages.ReplayAsync);
    }

    /// <summary>A webhook's page.</summary>
    public static string PathOf(string id) => $"{Path}/{id}";

    /// <summary>The webhook that the address names.</summary>
    public static Task<JsonElement> LoadAsync(PageCall call) => call.LoadAsync($"/webhooks/{Uri.EscapeDataString(call.Id)}", What);

    private static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Post, "/webhooks", form.ToJson(Spec(call, null)));
        await (answer.IsOk
            ? call.OkAsync(OnceView.Of(
                PageArea.Webhooks,
                answer.Body.Text("name")!,
                "The secret that its messages are signed with",
                answer.Body.Text("webhook_secret")!,
                call.Link(PathOf(answer.Body.Text("webhook_id")!))))
            : ListAsync(call, form, answer));
    }

    private static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(
            HttpMethods.Patch, $"/webhooks/{Uri.EscapeDataString(call.Id)}", form.ToJson(Spec(call, call.Id)));
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PathOf(answer.Body.Text("webhook_id")!)), "saved")
            : ShowAsync(call, form, answer));
    }

    private static async Task DeleteAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Delete, $"/webhooks/{Uri.EscapeDataString(call.Id)}");
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(Path), "deleted") : throw PageLoad.Failure(answer, What));
    }

    private static async Task ListAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var list = await call.LoadAsync("/webhooks", "page");
        var rows = new List<Markup[]>();
        foreach (var webhook in list.GetProperty("data").EnumerateArray())
        {
            var id = webhook.Text("webhook_id")!;
            var last = await call.LoadAsync($"/webhooks/{id}/deliveries?limit=1", What);
            var delivery = last.GetProperty("data").EnumerateArray().Select(one => (JsonElement?)one).FirstOrDefault();
            rows.Add(
            [
                PartMarkup.Link(call.Link(PathOf(id)), TextMarkup.Name(webhook.Text("name"))),
                TextMarkup.Name(webhook.Text("url")),
                delivery is { } known ? Last(call, known) : TextMarkup.None,
            ]);
        }

        await call.OkAsync(new PageView(PageArea.Webhooks, "Webhooks", Markup.Of($"""
            <section>{(rows.Count == 0
                ? Empty(call)
                : TableMarkup.Of("Webhooks", ["Name", "Address", "Told last"], rows))}</section>
            {(rows.Count >= WebhookLimits.PerMerchant ? Markup.Empty : Markup.Of($"""
                <section><h2>New webhook</h2>{FormMarkup.Of(Spec(call, null), call.FormToken, sent, answer)}</section>
                """))}
            {VerifyLines.Section}
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = ["forms.css"],
        });
    }

    private static async Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var webhook = await LoadAsync(call);
        var id = webhook.Text("webhook_id")!;
        var spec = Spec(call, id);
        var deliveries = await DeliveryPages.ListAsync(call, id);
        await call.OkAsync(new PageView(PageArea.Webhooks, webhook.Text("name")!, Markup.Of($"""
            <section><h2>Deliveries</h2>{deliveries}</section>
            <section><h2>Webhook</h2>{FormMarkup.Of(spec, call.FormToken, sent ?? PostedForm.Of(spec, webhook), answer)}
            {GuardMarkup.Of("Delete", "Nothing more is sent to it, what waits is cancelled, and its deliveries are not shown any more.",
                call.Link(PathOf(id) + "/delete"), call.FormToken, "Delete this webhook")}</section>
            {VerifyLines.Section}
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = ["forms.css"],
        });
    }

    private static Markup Empty(PageCall call) => PartMarkup.Empty(
        "Nobody is told yet",
        "A webhook is an address of yours that is told what happens to customers. Add one below, or with a line:",
        $$"""
        curl {{call.Server}}v1/webhooks -H "Authorization: Bearer $LAVA_SECRET_KEY" -H 'Content-Type: application/json' \
          -d '{"name":"Events","url":"https://example.com/lava"}'
        """);

    private static Markup Last(PageCall call, JsonElement delivery) =>
        Markup.Of($"{DeliveryPages.State(delivery)} {call.Moment(delivery.Time("created_at")!.Value)}");

    private static FormSpec Spec(PageCall call, string? id) => new(
        call.Link(id is null ? Path : PathOf(Uri.EscapeDataString(id))), id is null ? "Add webhook" : "Save",
        [
            new FormField("name", "Name") { IsRequired = true },
            new FormField("url", "Address")
            {
                IsRequired = true, Hint = "It gets POST requests, and answers them with 200 within 15 seconds.",
            },
        ]);
}
