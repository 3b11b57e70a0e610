using Lava.Core;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>What calls would cost, as a page shows it beside the form.</summary>
internal static class PreviewMarkup
{
    /// <summary>The button of who has no scripts.</summary>
    public const string Act = "act";

    private static readonly string[] Columns = ["#Requests", "#Customer pays", "#Provider asks", "#Margin"];
    private static readonly long[] Steps = [1, 100, 10_000, 1_000_000];

    /// <summary>Where it stands in a form, with what adds rows to a list.</summary>
    public static Markup Aside(string rows, string add, int most, Markup preview) => Markup.Of($"""
        <p data-rows="{rows}" data-rows-most="{most}" data-rows-add="{add}"></p>
        <div class="preview"><h2>Preview</h2><div data-preview-target aria-live="polite">{preview}</div>
        <p data-plain><button name="{Act}" value="preview">Reckon anew</button></p></div>
        """);

    /// <summary>What calls on a meter would cost.</summary>
    public static Markup Of(PageCall call, Meter meter, PreviewCalls calls)
    {
        if (!PricePreview.TryCharge(meter, calls.Usage, calls.Cost ?? Money.Zero, calls.Requests, out var charge)
            || CostOf(calls, calls.Requests) is not { } cost)
        {
            return Markup.Of($"<p>So much usage costs more than an amount can hold.</p>");
        }

        return Markup.Of($"""
            <p class="figure">{calls.Words(meter.TierType)} cost the customer
            <strong data-figure="charge">{MoneyMarkup.Exact(charge)}</strong>;
            the provider asks <strong data-figure="cost">{MoneyMarkup.Exact(cost)}</strong>;
            your margin is <strong data-figure="margin">{MoneyMarkup.Exact(charge - cost)}</strong>.</p>
            {(calls.Cost is null ? Unpriced(calls.Model, meter) : Markup.Empty)}
            <p class="hint">{PricingWords.Of(meter)}. From a customer's first call of a cycle on.</p>
            {TableMarkup.Of("The same call, more often", Columns, Steps.Select(step => Row(call, meter, calls, step)))}
            """);
    }

    private static Markup Unpriced(string model, Meter meter) => Markup.Of($"""
        <p class="notice warn">There is no price of the model {TextMarkup.Name(model)}: the provider's cost is left
        out{(meter.RateType == RateType.Percentage ? ", and a share of it is nothing" : "")}.</p>
        """);

    private static Markup[] Row(PageCall call, Meter meter, PreviewCalls calls, long requests)
    {
        var count = Markup.Of($"{FigureText.Count(requests)}");
        return PricePreview.TryCharge(meter, calls.Usage, calls.Cost ?? Money.Zero, requests, out var charge)
            && CostOf(calls, requests) is { } cost
            ? [count, call.Amount(charge), call.Amount(cost), call.Amount(charge - cost)]
            : [count, TextMarkup.None, TextMarkup.None, TextMarkup.None];
    }

    private static Money? CostOf(PreviewCalls calls, long requests)
    {
        var units = (Int128)(calls.Cost ?? Money.Zero).Units * requests;
        return units <= long.MaxValue ? new Money((long)units) : null;
    }
}
