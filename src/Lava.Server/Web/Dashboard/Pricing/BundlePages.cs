using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>The credit bundles of a plan: what its subscribers may buy beside it.</summary>
internal static class BundlePages
{
    private static readonly Markup None =
        Markup.Of($"<p>Credit that its subscribers may buy when the cycle's is used up. There is none yet.</p>");

    private const string List = "credit_bundles";

    private static readonly FormRows Rows = new(List, "Bundle",
    [
        new FormField("credit_bundle_id", "id", FieldKind.Hidden),
        new FormField("name", "name"),
        new FormField("cost", "price, dollars", FieldKind.Amount),
        new FormField("credit_amount", "credit, dollars", FieldKind.Amount),
    ],
    1);

    /// <summary>Where a plan's bundles are made.</summary>
    public static string PathOf(string plan) => $"{PlanForm.PathOf(plan)}/bundles";

    /// <summary>The part of a plan's page.</summary>
    public static Markup Section(PageCall call, JsonElement plan, (PostedForm Values, ApiAnswer Answer)? refused)
    {
        var id = plan.Text("plan_id")!;
        var bundles = plan.GetProperty(List).EnumerateArray().ToList();
        return Markup.Of($"""
            <section><h2>Bundles</h2>
            {(bundles.Count == 0 ? None : Table(call, id, bundles))}
            <h3>New bundle</h3>
            {FormMarkup.Of(Spec(call.Link(PathOf(id)), "Add bundle"), call.FormToken, refused?.Values, refused?.Answer)}
            </section>
            """);
    }

    public static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var plan = await PlanPages.LoadAsync(call, call.Id);
        var answer = await SendAsync(call, plan, form);
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PlanForm.PathOf(plan.Text("plan_id")!)), "created")
            : PlanPages.ShowAsync(call, plan, null, null, null, (form, answer)));
    }

    public static async Task EditAsync(PageCall call)
    {
        var plan = await PlanPages.LoadAsync(call, call.Id);
        await ShowAsync(call, plan, Find(call, plan), null, null);
    }

    public static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var plan = await PlanPages.LoadAsync(call, call.Id);
        var bundle = Find(call, plan);
        var answer = await SendAsync(call, plan, form.With("credit_bundles_0_credit_bundle_id", bundle.Text("credit_bundle_id")));
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PlanForm.PathOf(plan.Text("plan_id")!)), "saved")
            : ShowAsync(call, plan, bundle, form, answer));
    }

    public static async Task DeleteAsync(PageCall call, PostedForm form)
    {
        var plan = await PlanPages.LoadAsync(call, call.Id);
        var bundle = Find(call, plan);
        var body = new JsonObject
        {
            [List] = new JsonArray(new JsonObject { ["credit_bundle_id"] = bundle.Text("credit_bundle_id"), ["is_deleted"] = true }),
        };
        var answer = await call.SendAsync(HttpMethods.Patch, $"/plans/{plan.Text("plan_id")}", body);
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(PlanForm.PathOf(plan.Text("plan_id")!)), "deleted")
            : ShowAsync(call, plan, bundle, null, answer));
    }

    private static Task<ApiAnswer> SendAsync(PageCall call, JsonElement plan, PostedForm form)
    {
        var body = form.ToJson(Spec("", ""));
        if (body.Remove($"{List}[0]", out var bundle))
        {
            body[List] = new JsonArray(bundle);
        }

        return call.SendAsync(HttpMethods.Patch, $"/plans/{plan.Text("plan_id")}", body);
    }

    private static Task ShowAsync(PageCall call, JsonElement plan, JsonElement bundle, PostedForm? sent, ApiAnswer? answer)
    {
        var page = call.Link(PlanForm.PathOf(plan.Text("plan_id")!));
        var here = AddressOf(call, plan.Text("plan_id")!, bundle);
        var values = sent ?? Rows.Fill(PostedForm.Empty, JsonSerializer.SerializeToElement(
            new JsonObject { [List] = new JsonArray(JsonNode.Parse(bundle.GetRawText())) }, PageJson.Default.JsonNode));
        return call.OkAsync(new PageView(PageArea.Pricing, bundle.Text("name")!, Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Plans)}
            <p>A bundle of the plan {PartMarkup.Link(page, TextMarkup.Name(plan.Text("name")))}.</p>
            <section>{FormMarkup.Of(Spec(here, "Save"), call.FormToken, values, answer)}</section>
            <section>{GuardMarkup.Of(
                "Delete",
                "Nobody can buy it any more. What was bought of it stays.",
                here + "/delete",
                call.FormToken,
                "Delete this bundle")}</section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = PricingPages.Styles,
        });
    }

    private static Markup Table(PageCall call, string plan, List<JsonElement> bundles) => TableMarkup.Of(
        "Bundles",
        ["Bundle", "#Price", "#Credit"],
        bundles.Select(bundle => (IReadOnlyList<Markup>)
        [
            PartMarkup.Link(AddressOf(call, plan, bundle), TextMarkup.Name(bundle.Text("name"))),
            call.Amount(bundle.Amount("cost")),
            call.Amount(bundle.Amount("credit_amount")),
        ]));

    private static string AddressOf(PageCall call, string plan, JsonElement bundle) =>
        call.Link($"{PathOf(plan)}/{bundle.Text("credit_bundle_id")}");

    private static JsonElement Find(PageCall call, JsonElement plan)
    {
        var id = (string)call.Http.Request.RouteValues["bundle"]!;
        foreach (var bundle in plan.GetProperty(List).EnumerateArray())
        {
            if (bundle.Text("credit_bundle_id") == id)
            {
                return bundle;
            }
        }

        throw ApiException.NotFound("credit bundle");
    }

    private static FormSpec Spec(string action, string button) => new(action, button,
    [
        .. Rows.Row(0).Select(field => field.Kind == FieldKind.Hidden ? field : field with
        {
            Label = char.ToUpperInvariant(field.Label["Bundle 1: ".Length]) + field.Label["Bundle 1: ".Length..][1..], Abreast = 3,
        }),
    ]);
}
