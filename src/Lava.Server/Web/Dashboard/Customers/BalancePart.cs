using System.Text.Json;
using Lava.Core;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What a customer has now: a large figure, and a bar of what it is made of.</summary>
internal static class BalancePart
{
    // The bar's own units: its width is the page's.
    private const int Width = 1000;
    private const int Height = 20;
    private const int ReservedHeight = 6;

    /// <summary>The part.</summary>
    /// <param name="call">Who looks.</param>
    /// <param name="balance">The API's document.</param>
    public static Markup Of(PageCall call, JsonElement balance)
    {
        var segments = Segments(balance);
        var reserved = balance.Amount("reserved");
        var available = balance.Amount("available");
        return Markup.Of($"""
            <section class="balance" aria-label="Balance">
            <div class="now"><h2>Available now</h2>
            <p class="large">{(available == Money.MaxValue ? Markup.Of($"no limit") : call.Amount(available))}</p></div>
            <div class="made-of">{Bar(segments, reserved)}
            <ul class="legend">{segments.Append(new("reserved", "Held for running calls", reserved)).Select(one => Entry(call, one))}</ul>
            </div>
            </section>
            """);
    }

    // In the order in which calls use them.
    private static List<BalanceSegment> Segments(JsonElement balance)
    {
        var total = balance.Amount("total_remaining");
        List<BalanceSegment> segments = balance.AmountOrNone("cycle_remaining") is { } cycle
            ?
            [
                new("cycle", "Credit of the cycle", cycle),
                new("granted", "Credit given", balance.Amount("granted_remaining")),
                new("bundle", "Bundles", balance.Amount("bundle_remaining")),
            ]
            : [new("granted", "Credit", Money.Max(total, Money.Zero))];
        if (total < Money.Zero)
        {
            segments.Add(new BalanceSegment("debt", "Debt", -total));
        }

        if (balance.Amount("overage_remaining") is var overage && overage > Money.Zero)
        {
            segments.Add(new BalanceSegment("overage", "Overage left", overage));
        }

        return segments;
    }

    private static Markup Bar(List<BalanceSegment> segments, Money reserved)
    {
        var total = segments.Sum(segment => (decimal)segment.Amount.Units);
        var at = 0;
        List<Markup> parts = [];
        foreach (var segment in segments)
        {
            var width = Share(segment.Amount, total);
            parts.Add(Markup.Of($"""<rect class="part {segment.Kind}" x="{at}" y="0" width="{width}" height="{Height}"/>"""));
            at += width;
        }

        var label = string.Join(", ", segments.Select(segment => $"{segment.Label} {MoneyMarkup.ShortText(segment.Amount)}"));
        return Markup.Of($"""
            <svg class="bar" viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{label}">
            <rect class="ground" x="0" y="0" width="{Width}" height="{Height}"/>{parts}
            <rect class="part reserved" x="0" y="{Height - ReservedHeight}" width="{Share(reserved, total)}" height="{ReservedHeight}"/>
            </svg>
            """);
    }

    private static int Share(Money amount, decimal total) => total <= 0 ? 0 : (int)(Math.Min(amount.Units, total) * Width / total);

    private static Markup Entry(PageCall call, BalanceSegment segment) => Markup.Of($"""
        <li><span class="dot {segment.Kind}" aria-hidden="true"></span>{segment.Label} {call.Amount(segment.Amount)}</li>
        """);
}
