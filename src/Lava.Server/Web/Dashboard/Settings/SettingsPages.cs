using System.Text.Json.Nodes;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Settings;

/// <summary>What a merchant chose for all calls, and who is signed in.</summary>
internal static class SettingsPages
{
    private const string Path = "/settings";
    private const string Refuse = "refuse";
    private const int SessionsShown = 50;

    public static void Map(PageRoutes routes)
    {
        routes.Get(Path, call => ShowAsync(call, null, null));
        routes.Post(Path, SaveAsync);
    }

    private static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var spec = Spec(call);
        var body = form.ToJson(spec);

        // The API takes a word or both rates.
        body["unpriced_models"] = form.Text("input_rate") is null && form.Text("output_rate") is null
            ? Refuse
            : new JsonObject { ["input_rate"] = form.Text("input_rate"), ["output_rate"] = form.Text("output_rate") };

        // What is absent stays as it is, and the field was emptied.
        body["low_balance"] ??= "0";
        var answer = await call.SendAsync(HttpMethods.Patch, "/settings", body);
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(Path), "saved") : ShowAsync(call, form, answer));
    }

    private static async Task ShowAsync(PageCall call, PostedForm? sent, ApiAnswer? answer)
    {
        var spec = Spec(call);
        var values = sent ?? PostedForm.Of(spec, (await call.GetAsync("/settings")).Body);
        var sessions = await call.Parts.Management.Stores.Sessions.ListAsync(call.Session.Account.Id, SessionsShown, call.Aborted);
        await call.OkAsync(new PageView(PageArea.Settings, "Settings", Markup.Of($"""
            <section><h2>Calls</h2>{FormMarkup.Of(spec, call.FormToken, values, answer)}</section>
            <section><h2>Signed in</h2>
            {TableMarkup.Of("Sessions", ["Since", "Used", "Ends", "Sees"], sessions.Select(session => (IReadOnlyList<Markup>)
            [
                call.Moment(session.CreatedAt),
                call.Moment(session.SeenAt),
                call.Moment(session.ExpiresAt),
                Markup.Of($"{Sees(session)}{(session.Digest == call.Session.Record.Digest ? " (this one)" : "")}"),
            ]))}
            {FormMarkup.Button("/dashboard/sign-out-everywhere", call.FormToken, "Sign out everywhere", isDangerous: true)}
            </section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
        });
    }

    private static string Sees(SessionRecord session) => session.Modes == SessionModes.Test ? "test data" : "live and test data";

    private static FormSpec Spec(PageCall call) => new(call.Link(Path), "Save",
    [
        new FormField("unlinked_meters", "Calls whose meter is not in the customer's plan", FieldKind.Choice)
        {
            Options = [("track", "Record them without a charge"), (Refuse, "Refuse them")],
        },
        new FormField("input_rate", "Models without a price: input, dollars per million tokens", FieldKind.Amount)
        {
            Path = "unpriced_models.input_rate", Hint = "Leave both empty to refuse calls of such models.",
        },
        new FormField("output_rate", "Models without a price: output, dollars per million tokens", FieldKind.Amount)
        {
            Path = "unpriced_models.output_rate",
        },
        new FormField("low_balance", "Low balance, dollars", FieldKind.Amount)
        {
            Hint = "Webhooks are told when a customer's balance falls below it. Empty: not before it is used up.",
        },
    ]);
}
