using System.Text.Json;
using Lava.Server.Web.Dashboard.Forms;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>A customer's plan: its cycle, and what happens at its end.</summary>
internal static class PlanPart
{
    private const int CycleParts = 1000;

    /// <summary>Nobody subscribed it yet.</summary>
    public static Markup None(PageCall call, CustomerHead head) => Markup.Of($"""
        <p>No plan: calls are paid out of credit that was given or bought.</p>
        <p>{PartMarkup.Button(call.Link(head.Path("/plan")), "Choose a plan")}</p>
        """);

    /// <summary>The plan.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="head">The customer.</param>
    /// <param name="subscription">The API's document.</param>
    /// <param name="bundle">Name of the bundle that is bought when credit runs out; null: none.</param>
    public static Markup Of(PageCall call, CustomerHead head, JsonElement subscription, string? bundle)
    {
        var plan = subscription.Member("plan")!.Value;
        var start = subscription.Time("cycle_start_at");
        var end = subscription.Time("cycle_end_at");
        return Markup.Of($"""
            <p class="plan"><strong>{TextMarkup.Name(plan.Text("name"))}</strong> <span>{CustomerWords.Price(plan)}</span>
            {Paid(subscription)}</p>
            {(start is { } from && end is { } until ? Cycle(call, from, until) : Markup.Empty)}
            {PartMarkup.Facts(
            [
                ("Credit of a cycle", call.Amount(plan.Amount("included_credit"))),
                ("At the cycle's end", Then(call, subscription, plan, end)),
                ("Bought by itself", TextMarkup.NameOrNone(bundle)),
                ("Since", call.Moment(subscription.Time("started_at")!.Value)),
            ])}
            <div class="acts">{PartMarkup.Button(call.Link(head.Path("/plan")), "Change plan")} {End(call, head, subscription)}</div>
            """);
    }

    private static Markup Paid(JsonElement subscription) => subscription.Text("payment_status") == "past_due"
        ? PartMarkup.Badge("bad", "not paid")
        : Markup.Empty;

    private static Markup Cycle(PageCall call, DateTimeOffset start, DateTimeOffset end)
    {
        var share = end <= start ? 0 : Math.Clamp((call.Now - start) / (end - start), 0, 1);
        return Markup.Of($"""
            <p class="cycle">
            <progress max="{CycleParts}" value="{(int)(share * CycleParts)}" aria-label="Time of the cycle that has passed"></progress>
            {call.Moment(start)} to {call.Moment(end)}</p>
            """);
    }

    private static Markup Then(PageCall call, JsonElement subscription, JsonElement plan, DateTimeOffset? end)
    {
        if (subscription.Member("pending_change") is { } pending)
        {
            return pending.Text("type") == "cancellation"
                ? PartMarkup.Badge("warn", "the plan ends")
                : Markup.Of($"changes to {TextMarkup.Name(pending.Text("name"))} for {call.Amount(pending.Amount("period_amount"))}");
        }

        return end is null ? Markup.Of($"it has no cycle") : Markup.Of($"renews for {call.Amount(plan.Amount("period_amount"))}");
    }

    private static Markup End(PageCall call, CustomerHead head, JsonElement subscription) => subscription.Member("pending_change") is null
        ? FormMarkup.Button(
            call.Link(head.Path("/plan/cancel")), call.FormToken,
            subscription.Member("cycle_end_at") is null ? "End the plan" : "End it with the cycle", isDangerous: true)
        : FormMarkup.Button(
            call.Link(head.Path("/plan")), call.FormToken, "Keep the plan as it is", isDangerous: false,
            ("plan_id", subscription.Text("plan_id")!));
}
