using System.Globalization;
using System.Text.Json;
using Lava.Metering.Pricing;
using Lava.Server.Api.Meters;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>A meter: made, changed, archived, with what calls would cost as it is filled in.</summary>
internal static class MeterPages
{
    private const string What = "meter";

    public static Task NewAsync(PageCall call) => ShowNewAsync(call, MeterForm.New(), null);

    public static async Task CreateAsync(PageCall call, PostedForm form)
    {
        var sent = MeterForm.Sent(form);
        if (sent.Text(PreviewMarkup.Act) is not null)
        {
            await ShowNewAsync(call, sent, null);
            return;
        }

        var spec = MeterForm.Of(call, null, sent, Markup.Empty);
        var answer = await call.SendAsync(HttpMethods.Post, "/meters", MeterForm.ToJson(spec, sent));
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(MeterForm.PathOf(answer.Body.Text("meter_id")!)), "created")
            : ShowNewAsync(call, sent, answer));
    }

    public static async Task EditAsync(PageCall call)
    {
        var answer = await call.GetAsync($"/meters/{Uri.EscapeDataString(call.Id)}");
        if (answer.Status == StatusCodes.Status404NotFound && await ArchivedPages.MeterAsync(call) is { } archived)
        {
            await call.OkAsync(archived);
            return;
        }

        var document = answer.IsOk ? answer.Body : throw PageLoad.Failure(answer, What);
        await ShowAsync(call, document, MeterForm.Of(call, document), null);
    }

    public static async Task SaveAsync(PageCall call, PostedForm form)
    {
        var document = await LoadAsync(call, call.Id);
        var id = document.Text("meter_id")!;
        var spec = MeterForm.Of(call, id, form, Markup.Empty);
        var sent = MeterForm.Sent(form).WithFixed(spec, document);
        if (sent.Text(PreviewMarkup.Act) is not null)
        {
            await ShowAsync(call, document, sent, null);
            return;
        }

        spec = MeterForm.Of(call, id, sent, Markup.Empty);
        var answer = await call.SendAsync(HttpMethods.Patch, $"/meters/{id}", MeterForm.ToJson(spec, sent));
        await (answer.IsOk
            ? call.SeeOtherAsync(call.Link(MeterForm.PathOf(id)), "saved")
            : ShowAsync(call, document, sent, answer));
    }

    public static async Task ArchiveAsync(PageCall call, PostedForm form)
    {
        var answer = await call.SendAsync(HttpMethods.Delete, $"/meters/{Uri.EscapeDataString(call.Id)}");
        await (answer.IsOk ? call.SeeOtherAsync(call.Link(PricingPages.Meters), "archived") : throw PageLoad.Failure(answer, What));
    }

    /// <summary>What a filled in form would charge, for the script.</summary>
    public static async Task PreviewAsync(PageCall call, PostedForm form)
    {
        var sent = MeterForm.Sent(form);
        if (call.Query("meter") is { } id)
        {
            var document = await LoadAsync(call, id);
            sent = sent.WithFixed(MeterForm.Of(call, id, sent, Markup.Empty), document);
        }

        await call.FragmentAsync(Preview(call, sent));
    }

    private static Task<JsonElement> LoadAsync(PageCall call, string id) =>
        call.LoadAsync($"/meters/{Uri.EscapeDataString(id)}", What);

    private static Task ShowNewAsync(PageCall call, PostedForm values, ApiAnswer? answer) =>
        call.OkAsync(new PageView(PageArea.Pricing, "New meter", Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Meters)}
            <section>{FormMarkup.Of(MeterForm.Of(call, null, values, Preview(call, values)), call.FormToken, values, answer)}</section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = PricingPages.Styles,
            Scripts = ["rows.mjs"],
        });

    private static async Task ShowAsync(PageCall call, JsonElement document, PostedForm values, ApiAnswer? answer)
    {
        var id = document.Text("meter_id")!;
        await call.OkAsync(new PageView(PageArea.Pricing, document.Text("name")!, Markup.Of($"""
            {PricingPages.Tabs(call, PricingPages.Meters)}
            <section>{PartMarkup.Facts(
            [
                ("Id", TextMarkup.Code(id)),
                ("Slug", TextMarkup.Code(document.Text("meter_slug"))),
                ("Made", call.Moment(document.Time("created_at")!.Value)),
            ])}</section>
            <section>{FormMarkup.Of(MeterForm.Of(call, id, values, Preview(call, values)), call.FormToken, values, answer)}</section>
            <section>{GuardMarkup.Of(
                "Archive",
                "Calls that name it are answered with an error from then on, plans lose it, and it does not come back. Past calls stay.",
                call.Link(MeterForm.PathOf(id) + "/archive"),
                call.FormToken,
                "Archive this meter")}</section>
            """))
        {
            Status = answer?.Status ?? StatusCodes.Status200OK,
            Styles = PricingPages.Styles,
            Scripts = ["rows.mjs"],
        });
    }

    private static Markup Preview(PageCall call, PostedForm form) => Read(form) is { } meter
        ? PreviewMarkup.Of(call, meter, PreviewCalls.Of(call, form, meter.TierType))
        : Markup.Of($"<p>It begins when the first tier has a rate, and each later one a start above the one before.</p>");

    // As the API would read it; null where it would not.
    private static Meter? Read(PostedForm form)
    {
        var rateType = Choice(MeterNames.RateTypes, form.Text("rate_type"), RateType.Percentage);
        var texts = Enumerable.Range(0, MeterRules.TiersMax)
            .Select(index => new MeterTierText(Tier(form, index, "start"), Rate(Tier(form, index, "rate"))))
            .TakeWhile(tier => tier.Rate is not null).ToList();
        List<MeterRuleError> errors = [];
        var tiers = MeterRules.Validate(rateType, texts, errors);
        return errors.Count > 0 ? null : new Meter
        {
            Id = Guid.Empty,
            MerchantId = Guid.Empty,
            Slug = "",
            RateType = rateType,
            TierType = Choice(MeterNames.TierTypes, form.Text("tier_type"), TierType.Tokens1M),
            TokenBasis = Choice(MeterNames.TokenBases, form.Text("token_basis"), TokenBasis.InputAndOutput),
            BaseCostPayer = Choice(MeterNames.BaseCostPayers, form.Text("base_cost_payer"), MeterRules.DefaultBaseCostPayer(rateType)),
            Tiers = tiers,
        };
    }

    private static string? Tier(PostedForm form, int index, string name) =>
        form.Text(string.Create(CultureInfo.InvariantCulture, $"tiers_{index}_{name}"));

    private static string? Rate(string? typed) => typed is null ? null : TypedAmount.Plain(typed) ?? typed;

    private static T Choice<T>(IReadOnlyDictionary<string, T> names, string? name, T otherwise) =>
        name is not null && names.TryGetValue(name, out var value) ? value : otherwise;
}
