using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>The form of a meter: the API's fields, and calls to preview.</summary>
internal static class MeterForm
{
    /// <summary>Where a new one is made.</summary>
    public const string NewPath = "/pricing/meters/new";

    /// <summary>What a filled in form would charge.</summary>
    public const string PreviewPath = "/pricing/meters/preview";

    private const string Fixed = "It can't be changed later: it is what the figures of past calls mean.";

    private static readonly FormRows Tiers = new("tiers", "Tier",
    [
        new FormField("start", "from", FieldKind.Number)
        {
            Hint = "The first begins at 0, each later one above it: requests, tokens, characters or minutes of a cycle.",
        },
        new FormField("rate", "rate", FieldKind.Amount)
        {
            Hint = "Dollars for the unit; of a share the fraction: 0.20 is 20 %.",
        },
    ],
    MeterRules.TiersMax);

    /// <summary>A meter's page.</summary>
    public static string PathOf(string id) => $"/pricing/meters/{id}";

    /// <summary>The form.</summary>
    /// <param name="call">Whose page.</param>
    /// <param name="id">The meter's; null: it is a new one.</param>
    /// <param name="values">What stands in it.</param>
    /// <param name="preview">What it would charge.</param>
    public static FormSpec Of(PageCall call, string? id, PostedForm values, Markup preview) => new(
        call.Link(id is null ? NewPath : PathOf(Uri.EscapeDataString(id))), id is null ? "Create" : "Save", [.. Fields(id is null, values)])
    {
        Preview = call.Link(PreviewPath, ("meter", id)),
        Aside = PreviewMarkup.Aside("tiers", "Add a tier", MeterRules.TiersMax, preview),
    };

    /// <summary>What stands in the form of a new meter.</summary>
    public static PostedForm New() => PreviewCalls.WithUsual(PostedForm.Empty).With("tiers_0_start", "0");

    /// <summary>What stands in the form of this meter.</summary>
    public static PostedForm Of(PageCall call, JsonElement document)
    {
        var spec = Of(call, "", PostedForm.Empty, Markup.Empty);
        return PreviewCalls.WithUsual(Tiers.Fill(PostedForm.Of(spec, document), document));
    }

    /// <summary>What was sent, its tiers numbered as the API numbers them.</summary>
    public static PostedForm Sent(PostedForm form) => Tiers.Compact(form);

    /// <summary>The API's document.</summary>
    public static JsonObject ToJson(FormSpec spec, PostedForm form)
    {
        var body = form.ToJson(spec);
        Tiers.Fold(body);
        return body;
    }

    private static IEnumerable<FormField> Fields(bool isNew, PostedForm values) =>
    [
        new("name", "Name") { IsRequired = true },
        new("meter_slug", "Slug")
        {
            IsFixed = !isNew, Hint = isNew ? "What calls name it by. Left empty, it is the meter's id." : "What calls name it by.",
        },
        new("rate_type", "Charges", FieldKind.Choice)
        {
            Options = [("percentage", "a share of the provider's cost"), ("fixed", "a price of its own")], IsFixed = !isNew, Abreast = 2,
            Hint = isNew ? null : Fixed,
        },
        new("tier_type", "Counts", FieldKind.Choice)
        {
            Options = [("tokens_1m", "tokens, by the million"), ("requests", "requests"), ("minutes", "minutes of audio"),
                ("characters_1m", "characters, by the million")],
            IsFixed = !isNew, Abreast = 2, Hint = isNew ? Fixed : null,
        },
        .. Tiers.Fields(values),
        new("token_basis", "Which tokens", FieldKind.Choice)
        {
            Options = [("input+output", "input and output"), ("output", "output alone")], Abreast = 2,
        },
        new("base_cost_payer", "Who pays the provider", FieldKind.Choice)
        {
            Options = isNew
                ? [("", "as usual"), ("wallet", "the customer, on top"), ("merchant", "you, out of the charge")]
                : [("wallet", "the customer, on top"), ("merchant", "you, out of the charge")],
            Abreast = 2, Hint = isNew ? "As usual: the customer where a share is charged, you where a price is." : null,
        },
        .. PreviewCalls.Fields,
    ];
}
