using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Keys;

/// <summary>Secret keys: what a merchant's own server calls with.</summary>
internal static class SecretKeyPages
{
    public const string Path = "/keys";


    public static Task ShowAsync(PageCall call) => ShowAsync(call, null, null, null);

    public static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Post, "/secret_keys", form.ToJson(Spec(call)));
        await (answer.IsOk
            ? call.OkAsync(OnceView.Of(
                PageArea.Keys, answer.Body.Text("name")!, "The secret key", answer.Body.Text("secret_key")!, call.Link(Path)))
            : ShowAsync(call, form, answer, null));
    }

    public static async Task DeleteAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Delete, $"/secret_keys/{Uri.EscapeDataString(call.Id)}");
        await (answer.Status switch
        {
            < StatusCodes.Status300MultipleChoices => call.SeeOtherAsync(call.Link(Path), "deleted"),
            StatusCodes.Status404NotFound => throw PageLoad.Failure(answer, "secret key"),
            _ => ShowAsync(call, null, null, answer),
        });
    }

    private static async Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer, ApiAnswer? refusal)
    {
        var cursor = call.Query("after") is { } after ? $"&cursor={Uri.EscapeDataString(after)}" : "";
        var keys = await call.GetAsync($"/secret_keys?limit={TableMarkup.PageRows}{cursor}");
        if (!keys.IsOk)
        {
            throw PageLoad.Failure(keys, "page");
        }

        await call.OkAsync(new PageView(PageArea.Keys, "Keys", Markup.Of($"""
            {KeyPages.Tabs(call, Path)}
            {GuardMarkup.Refused(refusal)}
            <section><h2>Secret keys</h2>
            <p>They may do everything that this dashboard may. They belong on servers, never into an app or a browser.</p>
            {TableMarkup.Of("Secret keys", ["Name", "Key", "Made", "End it"], keys.Rows.Select(key => (IReadOnlyList<Markup>)
            [
                TextMarkup.Name(key.Text("name")),
                TextMarkup.Code(key.Text("secret_key_hint")),
                call.Moment(key.Time("created_at")!.Value),
                GuardMarkup.Of(
                    "Delete",
                    "Calls with it are refused at once, and whoever signed in with it is signed out.",
                    call.Link($"{Path}/secret/{key.Text("secret_key_id")}/delete"),
                    call.FormToken,
                    "Delete this key"),
            ]))}
            {PartMarkup.Older(keys.NextCursor is { } next ? call.Here(("after", next)) : null)}
            </section>
            <section><h2>New secret key</h2>{FormMarkup.Of(Spec(call), call.FormToken, sent, answer)}</section>
            """))
        {
            Status = (answer ?? refusal)?.Status ?? StatusCodes.Status200OK,
            Styles = ["forms.css"],
        });
    }

    private static FormSpec Spec(PageCall call) => new(call.Link(Path), "Create key",
    [
        new FormField("name", "Name") { IsRequired = true, Hint = "Who calls with it: \"Production\", \"Nightly import\"." },
    ]);
}
