using System.Text.Json;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>A merchant's own keys for providers: written, never read.</summary>
internal static class ProviderKeyPages
{
    public const string Path = "/keys/providers";

    private const string Provider = "provider";

    private static readonly string[] Columns = ["Provider", "Key", "Replaced", "End it"];

    public static async Task PutAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(
            HttpMethods.Put, $"/provider_keys/{Uri.EscapeDataString(form.Text(Provider) ?? "-")}", form.ToJson(Spec(call)));
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(Path), "saved") : ShowAsync(call, form, answer));
    }

    public static async Task DeleteAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Delete, $"/provider_keys/{Uri.EscapeDataString(call.Id)}");
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(Path), "deleted") : throw PageLoad.Failure(answer, "provider key"));
    }

    public static async Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var keys = await call.LoadAsync("/provider_keys", "page");
        var rows = keys.GetProperty("data").EnumerateArray().ToList();
        await call.OkAsync(new PageView(PageArea.Keys, "Keys", Markup.Of($"""
            {KeyPages.Tabs(call, Path)}
            <section><h2>Provider keys</h2>
            {(rows.Count == 0 ? Empty(call) : TableMarkup.Of("Provider keys", Columns, rows.Select(key => Row(call, key))))}
            </section>
            <section><h2>Set a key</h2>{FormMarkup.Of(Spec(call), call.FormToken, sent, answer)}</section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = ["forms.css"],
        });
    }

    private static Markup[] Row(PageCall call, JsonElement key) =>
    [
        TextMarkup.Name(key.Text("provider")),
        TextMarkup.Code(key.Text("key_preview")),
        call.Moment(key.Time("updated_at")!.Value),
        GuardMarkup.Of(
            "Delete",
            "Calls to this provider use the server's own key again, where it has one.",
            call.Link($"{Path}/{Uri.EscapeDataString(key.Text("provider")!)}/delete"),
            call.FormToken,
            "Delete this key"),
    ];

    private static Markup Empty(PageCall call) => PartMarkup.Empty(
        "No keys of your own",
        "Calls use the server's own keys for providers. A key that you set here is used in their place: you pay that provider yourself. "
        + "Set one below, or with a line:",
        $$"""
        curl -X PUT {{call.Server}}v1/provider_keys/anthropic -H "Authorization: Bearer $LAVA_SECRET_KEY" \
          -H 'Content-Type: application/json' -d "{\"key\":\"$ANTHROPIC_API_KEY\"}"
        """);

    private static FormSpec Spec(PageCall call) => new(call.Link(Path), "Set key",
    [
        new FormField(Provider, "Provider", FieldKind.Choice)
        {
            Path = "",
            Options = [.. call.Parts.Management.Catalog.Providers.Select(provider => provider.Name).Order().Select(name => (name, name))],
        },
        new FormField("secret_key", "Key", FieldKind.Secret)
        {
            Path = "key", IsRequired = true, Hint = "It is encrypted, and shown to nobody any more. One that is there is replaced.",
        },
    ]);
}
