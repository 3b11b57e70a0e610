using System.Text;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Server.Api.Plans;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Pricing;

/// <summary>What a plan as it is filled in means: in words, and for a customer who makes so many calls in a cycle.</summary>
internal static class PlanPreview
{
    private static readonly (string Field, string Name)[] Amounts =
    [
        ("period_amount", "price"), ("included_credit", "credit"),
        ("overage_limit", "limit of overage"), ("overage_increment", "step of overage"),
    ];

    public static Markup Of(PageCall call, PostedForm form)
    {
        // A plan must not seem to be free because of a slip.
        if (Amounts.FirstOrDefault(one => IsUnreadable(form, one.Field)).Name is { } name)
        {
            return Markup.Of($"<p>The {name} can't be read: write it as 12.50.</p>");
        }

        var terms = Terms(form);
        var overage = new PlanOverage(
            Choice(PlanNames.Overages, form.Text("overage_mode")), Amount(form, "overage_limit"),
            Amount(form, "overage_increment") ?? Amount(form, "overage_limit"));
        return Markup.Of($"""
            <p class="figure">{PlanWords.Of(terms)}.</p><p>{PlanWords.Of(overage)}.</p>
            {Calls(call, form, terms, overage)}
            """);
    }

    private static PlanTerms Terms(PostedForm form)
    {
        var price = Amount(form, "period_amount") ?? Money.Zero;
        return new PlanTerms(
            form.Text("name") ?? "",
            price,
            Amount(form, "included_credit") ?? price,
            Choice(PlanNames.Intervals, form.Text("billing_interval")),
            Choice(PlanNames.Rollovers, form.Text("rollover_type")),
            default);
    }

    private static Markup Calls(PageCall call, PostedForm form, PlanTerms terms, PlanOverage overage)
    {
        var name = Encoding.UTF8.GetBytes(form.Text(PlanForm.PreviewMeter) ?? "");
        if (!call.Parts.Management.Pricing.Current.TryFindMeter(call.Merchant.Id, name, out var meter))
        {
            return Markup.Empty;
        }

        if (!form.Many(PlanForm.Meters).Contains(call.Format(IdPrefix.Meter, meter.Id)))
        {
            return Markup.Of($"<p>Calls on that meter charge nobody: it is none of the plan's.</p>");
        }

        var calls = PreviewCalls.Of(call, form, meter.TierType);
        if (!PricePreview.TryCharge(meter, calls.Usage, calls.Cost ?? Money.Zero, calls.Requests, out var charge))
        {
            return Markup.Empty;
        }

        var rest = charge <= terms.IncludedCredit
            ? Markup.Of($"the credit covers them, {MoneyMarkup.Exact(terms.IncludedCredit - charge)} of it is left")
            : Over(overage, charge - terms.IncludedCredit);
        return Markup.Of($"""
            <p>{calls.Words(meter.TierType)} {PlanWords.Each(terms.Interval)} cost
            <strong data-figure="charge">{MoneyMarkup.Exact(charge)}</strong>; {rest}.</p>
            """);
    }

    private static Markup Over(PlanOverage overage, Money amount) =>
        Markup.Of($"{MoneyMarkup.Exact(amount)} more than the credit: {Beyond(overage, amount)}");

    private static string Beyond(PlanOverage overage, Money amount) => overage.Mode switch
    {
        OverageMode.AutoCharge when overage.Limit >= amount => "the card is charged for it",
        OverageMode.AutoCharge => "the card is charged up to the limit, then calls are refused",
        OverageMode.AutoTopUp => "the card buys bundles",
        _ => "those calls are refused",
    };

    private static bool IsUnreadable(PostedForm form, string name) =>
        !string.IsNullOrWhiteSpace(form.Text(name)) && Amount(form, name) is null;

    private static Money? Amount(PostedForm form, string name) =>
        form.Text(name) is { } text && TypedAmount.Read(text) is { } amount && amount >= Money.Zero ? amount : null;

    private static T Choice<T>(IReadOnlyDictionary<string, T> names, string? name)
        where T : struct => name is not null && names.TryGetValue(name, out var value) ? value : default;
}
