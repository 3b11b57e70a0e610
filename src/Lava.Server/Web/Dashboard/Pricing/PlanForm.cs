using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Microsoft.Extensions.Primitives;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>The form of a plan: the API's fields, and calls to preview.</summary>
internal static class PlanForm
{
    /// <summary>Where a new one is made.</summary>
    public const string NewPath = "/pricing/plans/new";

    /// <summary>What a filled in form would mean.</summary>
    public const string PreviewPath = "/pricing/plans/preview";

    /// <summary>The meter that a preview's calls are charged by.</summary>
    public const string PreviewMeter = "preview_meter";

    /// <summary>The meters that the plan charges by.</summary>
    public const string Meters = "meter_ids";

    private const string Agreed = "It can't be changed later: customers agreed to it.";
    private const int MetersMax = 100;
    private const int LimitsMax = 8;

    private static readonly (string Value, string Label)[] Rollovers = [("none", "expires"), ("full", "rolls over")];

    private static readonly FormRows Limits = new("limits", "Limit",
    [
        new FormField("unit", "of", FieldKind.Choice)
        {
            Options = [("requests", "requests"), ("tokens", "tokens"), ("spend", "spend, dollars")],
        },
        new FormField("cycle", "in", FieldKind.Choice)
        {
            Options = [("daily", "a day"), ("weekly", "a week"), ("monthly", "a month"), ("cycle", "a cycle"), ("total", "all time")],
        },
        new FormField("amount", "at most", FieldKind.Amount) { Hint = "Calls beyond it are refused." },
    ],
    LimitsMax)
    {
        Least = 3,
    };

    /// <summary>A plan's page.</summary>
    public static string PathOf(string id) => $"/pricing/plans/{id}";

    /// <summary>The meters that a plan can have: the newest, and those that it has.</summary>
    public static async Task<IReadOnlyList<(string Id, string Name)>> MetersAsync(PageCall call, JsonElement? plan)
    {
        var newest = await new MeterStore(call.Parts.Reading).ListAsync(call.Merchant.Id, null, MetersMax, call.Aborted);
        var linked = plan?.GetProperty("linked_meters").EnumerateArray()
            .Select(meter => (Id: meter.Text("meter_id")!, Name: meter.Text("name")!));
        return [.. (linked ?? []).Concat(newest.Select(meter => (call.Format(IdPrefix.Meter, meter.Meter.Id), meter.Name))).Distinct()];
    }

    /// <summary>The form.</summary>
    /// <param name="call">Whose page.</param>
    /// <param name="plan">The plan as it is; null: it is a new one.</param>
    /// <param name="meters">What it can charge by.</param>
    /// <param name="values">What stands in it.</param>
    /// <param name="preview">What it would mean.</param>
    public static FormSpec Of(
        PageCall call, JsonElement? plan, IReadOnlyList<(string Id, string Name)> meters, PostedForm values, Markup preview)
    {
        var id = plan?.Text("plan_id");
        return new FormSpec(
            call.Link(id is null ? NewPath : PathOf(id)), id is null ? "Create" : "Save", [.. Fields(plan, meters, values)])
        {
            Preview = call.Link(PreviewPath, ("plan", id)),
            Aside = PreviewMarkup.Aside("limits", "Add a limit", LimitsMax, preview),
        };
    }

    /// <summary>What stands in the form of a new plan.</summary>
    public static PostedForm New() => PreviewCalls.WithUsual(PostedForm.Empty.With("billing_interval", "month"));

    /// <summary>What stands in the form of this plan.</summary>
    public static PostedForm Of(PageCall call, JsonElement plan, IReadOnlyList<(string Id, string Name)> meters)
    {
        var values = PostedForm.Of(Of(call, plan, meters, PostedForm.Empty, Markup.Empty), plan);
        var linked = plan.GetProperty("linked_meters").EnumerateArray().Select(meter => meter.Text("meter_id")).ToArray();
        return PreviewCalls.WithUsual(Limits.Fill(values, plan).With(Meters, new StringValues(linked)));
    }

    /// <summary>What was sent, its limits numbered as the API numbers them.</summary>
    public static PostedForm Sent(PostedForm form) => Limits.Compact(form);

    /// <summary>The API's document.</summary>
    public static JsonObject ToJson(FormSpec spec, PostedForm form)
    {
        var body = form.ToJson(spec);
        Limits.Fold(body);
        foreach (var limit in body["limits"]!.AsArray())
        {
            // Money is text in the API, counts are numbers.
            if ((string?)limit!["unit"] != LimitNames.Of(LimitUnit.Spend)
                && long.TryParse((string?)limit["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                limit["amount"] = count;
            }
        }

        // What is left empty is what its hint and the preview say: the API would leave a plan's own as it is.
        body["included_credit"] ??= TypedAmount.Plain(form.Text("period_amount") ?? "");
        if ((string?)body["overage_mode"] == "auto_charge")
        {
            body["overage_increment"] ??= body["overage_limit"]?.DeepClone();
        }

        return body;
    }

    private static IEnumerable<FormField> Fields(JsonElement? plan, IReadOnlyList<(string Id, string Name)> meters, PostedForm values) =>
    [
        new("name", "Name") { IsRequired = true },
        new("period_amount", "Price, dollars", FieldKind.Amount)
        {
            IsRequired = true, IsFixed = plan is not null, Abreast = 2, Hint = plan is null ? "0: free." : Agreed,
        },
        new("billing_interval", "Each", FieldKind.Choice)
        {
            Options = [("day", "day"), ("week", "week"), ("month", "month"), ("year", "year")], IsFixed = plan is not null, Abreast = 2,
            Hint = plan is null ? Agreed : null,
        },
        new("included_credit", "Credit in it, dollars", FieldKind.Amount)
        {
            Abreast = 2, Hint = "Empty: the whole price.",
        },
        new("rollover_type", "What is left of it", FieldKind.Choice) { Options = Rollovers, Abreast = 2 },
        new(Meters, "Meters that charge its customers", FieldKind.Many) { Options = meters },
        new("overage_mode", "When the credit is used up", FieldKind.Choice)
        {
            Options =
            [
                ("block", "calls are refused"), ("auto_charge", "calls go on, the card is charged"),
                ("auto_top_up", "the card buys a bundle"),
            ],
        },
        new("overage_limit", "Overage at most, dollars", FieldKind.Amount) { Abreast = 2, Hint = "Only where the card is charged." },
        new("overage_increment", "Charged for each, dollars", FieldKind.Amount) { Abreast = 2, Hint = "Empty: at once." },
        new("bundle_rollover_type", "What is left of bundles", FieldKind.Choice)
        {
            Options = Rollovers, Abreast = plan is null ? 1 : 2,
        },
        .. plan is { } present ? (IEnumerable<FormField>)[BundleField(present)] : [],
        .. Limits.Fields(values),
        new(PreviewMeter, "Preview: calls on the meter", FieldKind.Choice) { Path = "", Options = meters },
        .. PreviewCalls.Fields,
    ];

    private static FormField BundleField(JsonElement plan) =>
        new("default_auto_top_up_bundle_id", "Bundle that the card buys", FieldKind.Choice)
        {
            Options = [("", "none"), .. plan.GetProperty("credit_bundles").EnumerateArray()
                .Select(bundle => (bundle.Text("credit_bundle_id")!, bundle.Text("name")!))],
            Abreast = 2,
            ClearsWhenEmpty = true,
        };
}
