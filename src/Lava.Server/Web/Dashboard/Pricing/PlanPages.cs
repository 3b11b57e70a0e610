using System.Text.Json;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>A plan: made, changed, archived.</summary>
internal static class PlanPages
{
    private const string What = "plan";

    public static Task NewAsync(PageCall call) => ShowNewAsync(call, PlanForm.New(), null);

    public static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var sent = PlanForm.Sent(form);
        if (sent.Text(PreviewMarkup.Act) is not null)
        {
            await ShowNewAsync(call, sent, null);
            return;
        }

        var spec = PlanForm.Of(call, null, await PlanForm.MetersAsync(call, null), sent, Markup.Empty);
        var answer = await call.SendAsync(HttpMethods.Post, "/plans", PlanForm.ToJson(spec, sent));
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PlanForm.PathOf(answer.Body.Text("plan_id")!)), "created")
            : ShowNewAsync(call, sent, answer));
    }

    public static async Task EditAsync(PageCall call)
    {
        var answer = await call.GetAsync($"/plans/{Uri.EscapeDataString(call.Id)}");
        if (answer.Status == StatusCodes.Status404NotFound && await ArchivedPages.PlanAsync(call) is { } archived)
        {
            await call.OkAsync(archived);
            return;
        }

        await ShowAsync(call, answer.IsOk ? answer.Body : throw PageLoad.Failure(answer, What), null, null);
    }

    public static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var plan = await LoadAsync(call, call.Id);
        var meters = await PlanForm.MetersAsync(call, plan);
        var sent = PlanForm.Sent(form);
        var spec = PlanForm.Of(call, plan, meters, sent, Markup.Empty);
        sent = sent.WithFixed(spec, plan);
        if (sent.Text(PreviewMarkup.Act) is not null)
        {
            await ShowAsync(call, plan, sent, null);
            return;
        }

        var answer = await call.SendAsync(HttpMethods.Patch, $"/plans/{plan.Text("plan_id")}", PlanForm.ToJson(spec, sent));
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PlanForm.PathOf(plan.Text("plan_id")!)), "saved")
            : ShowAsync(call, plan, sent, answer));
    }

    public static async Task ArchiveAsync(PageCall call, PostedForm form)
    {
        var plan = await LoadAsync(call, call.Id);
        var answer = await call.SendAsync(HttpMethods.Delete, $"/plans/{plan.Text("plan_id")}");
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PricingPages.Plans), "archived")
            : ShowAsync(call, plan, null, null, answer));
    }

    /// <summary>What a filled in form would mean, for the script.</summary>
    public static async Task PreviewAsync(PageCall call, PostedForm form)
    {
        var sent = form;
        if (call.Query("plan") is { } id)
        {
            var plan = await LoadAsync(call, id);
            sent = sent.WithFixed(PlanForm.Of(call, plan, [], sent, Markup.Empty), plan);
        }

        await call.FragmentAsync(PlanPreview.Of(call, sent));
    }

    /// <summary>The plan that an address names.</summary>
    public static Task<JsonElement> LoadAsync(PageCall call, string id) => call.LoadAsync($"/plans/{Uri.EscapeDataString(id)}", What);

    /// <summary>Its page, with what was wrong.</summary>
    /// <param name="call">Whose page.</param>
    /// <param name="plan">The plan as it is.</param>
    /// <param name="sent">What was filled in; null: what there is.</param>
    /// <param name="answer">Why the form was refused; null: it was not.</param>
    /// <param name="refusal">Why another step was refused; null: it was not.</param>
    /// <param name="bundle">The form of a new bundle as it was filled in, with why it was refused.</param>
    public static async Task ShowAsync(
        PageCall call, JsonElement plan, PostedForm? sent, ApiAnswer? answer, ApiAnswer? refusal = null,
        (PostedForm Values, ApiAnswer Answer)? bundle = null)
    {
        var meters = await PlanForm.MetersAsync(call, plan);
        var values = sent ?? PlanForm.Of(call, plan, meters);
        var id = plan.Text("plan_id")!;
        var spec = PlanForm.Of(call, plan, meters, values, PlanPreview.Of(call, values));
        await call.OkAsync(new PageView(PageArea.Pricing, plan.Text("name")!, Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Plans)}
            {GuardMarkup.Refused(refusal)}
            <section>{PartMarkup.Facts([("Id", TextMarkup.Code(id)), ("Made", call.Moment(plan.Time("created_at")!.Value))])}</section>
            <section><h2>Terms</h2>{FormMarkup.Of(spec, call.FormToken, values, answer)}</section>
            {BundlePages.Section(call, plan, bundle)}
            <section>{GuardMarkup.Of(
                "Archive",
                "Nobody can subscribe to it any more, and it does not come back. While customers are subscribed to it, it stays.",
                call.Link(PlanForm.PathOf(id) + "/archive"),
                call.FormToken,
                "Archive this plan")}</section>
            """))
        {
            Status = (answer ?? refusal ?? bundle?.Answer)?.Status ?? StatusCodes.Status200OK,
            Styles = PricingPages.Styles,
            Scripts = ["rows.mjs"],
        });
    }

    private static async Task ShowNewAsync(PageCall call, PostedForm values, ApiAnswer? answer)
    {
        var spec = PlanForm.Of(call, null, await PlanForm.MetersAsync(call, null), values, PlanPreview.Of(call, values));
        await call.OkAsync(new PageView(PageArea.Pricing, "New plan", Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Plans)}
            <section>{FormMarkup.Of(spec, call.FormToken, values, answer)}</section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = PricingPages.Styles,
            Scripts = ["rows.mjs"],
        });
    }
}
