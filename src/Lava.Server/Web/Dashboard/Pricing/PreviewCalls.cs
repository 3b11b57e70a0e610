using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Api.Estimates;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>The calls that a preview reckons with: equal ones.</summary>
/// <param name="Requests">How many.</param>
/// <param name="Usage">What each uses.</param>
/// <param name="Model">The model, as it was typed.</param>
/// <param name="Cost">What the provider asks for each; null: no price of the model is known.</param>
internal sealed record PreviewCalls(long Requests, Usage Usage, string Model, Money? Cost)
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long SecondsMax = Usage.MaxCount / MicrosecondsPerSecond;
    private const long EachMax = 1_000_000_000;

    /// <summary>The fields of a form that say which; none of them goes to the API.</summary>
    public static readonly IReadOnlyList<FormField> Fields =
    [
        new("preview_requests", "Preview: requests", FieldKind.Number) { Path = "", Abreast = 3 },
        new("preview_input", "Input tokens of each", FieldKind.Number) { Path = "", Abreast = 3 },
        new("preview_output", "Output tokens of each", FieldKind.Number) { Path = "", Abreast = 3 },
        new("preview_model", "Preview: model") { Path = "", Abreast = 2 },
        new("preview_amount", "Characters or seconds of each", FieldKind.Number)
        {
            Path = "", Abreast = 2, Hint = "For meters that count those.",
        },
    ];

    private static readonly (string Name, string Value)[] Usual =
    [
        ("preview_requests", "1000"), ("preview_input", "500"), ("preview_output", "200"), ("preview_model", "gpt-4o-mini"),
        ("preview_amount", "60"),
    ];

    /// <summary>A form with the usual calls where it names none.</summary>
    public static PostedForm WithUsual(PostedForm form) =>
        Usual.Aggregate(form, (filled, one) => filled.Text(one.Name) is null ? filled.With(one.Name, one.Value) : filled);

    /// <summary>What a form says. Numbers that are none count as nothing.</summary>
    public static PreviewCalls Of(PageCall call, PostedForm form, TierType unit)
    {
        var amount = Number(form, "preview_amount", EachMax);
        var usage = new Usage
        {
            InputTokens = Number(form, "preview_input", EachMax),
            OutputTokens = Number(form, "preview_output", EachMax),
            InputCharacters = unit == TierType.Characters1M ? amount : 0,
            InputMicroseconds = unit == TierType.Minutes ? Math.Min(amount, SecondsMax) * MicrosecondsPerSecond : 0,
            Certainty = UsageCertainty.Exact,
        };
        var model = form.Text("preview_model") ?? "";
        return new PreviewCalls(
            Number(form, "preview_requests", PricePreview.RequestsMax), usage, model, CostOf(call, model, usage));
    }

    /// <summary>"1,000 requests of 700 tokens".</summary>
    public string Words(TierType unit)
    {
        var each = unit switch
        {
            TierType.Characters1M => $"{FigureText.Count(Usage.InputCharacters)} characters",
            TierType.Minutes => $"{FigureText.Count(Usage.InputMicroseconds / MicrosecondsPerSecond)} seconds",
            _ => $"{FigureText.Count(Usage.InputTokens + Usage.OutputTokens)} tokens",
        };
        return $"{FigureText.Count(Requests)} {(Requests == 1 ? "request" : "requests")} of {each}";
    }

    // As the gateway's estimate: makers before resellers, and where no price is known the merchant's ceiling.
    private static Money? CostOf(PageCall call, string model, in Usage usage)
    {
        var prices = call.Parts.Management.Pricing.Current.Prices;
        var isName = model.Length > 0 && Encoding.UTF8.GetByteCount(model) <= PriceBook.ModelBytesMax;
        var price = (isName ? EstimateEndpoints.Find(prices, null, model) : null) ?? EstimateEndpoints.Ceiling(call.Merchant, null);
        return price is not null && CostCalculator.TryCost(usage, price, out var cost) ? cost.Total : null;
    }

    private static long Number(PostedForm form, string name, long most) =>
        long.TryParse(form.Text(name), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value)
            ? Math.Min(value, most)
            : 0;
}
