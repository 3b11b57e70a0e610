using System.Globalization;
using System.Text.Json;
using Lava.Core;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>What a customer has now: a large figure, and a bar of what it is made of. All of it follows the calls.</summary>
internal static class BalancePart
{
    private const string Available = "available";
    private const string Bar = "bar";
    private const string NoLimit = "no limit";

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
        var available = balance.Amount("available");
        return Markup.Of($"""
            <section class="balance" aria-label="Balance">
            <div class="now"><h2>Available now</h2>
            <p class="large" data-figure="{Available}">{(
                available == Money.MaxValue ? Markup.Of($"{NoLimit}") : call.Amount(available))}</p>
            </div>
            <div class="made-of">
            <svg class="bar" viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{Label(segments)}"
              data-figure="{Bar}">
            <rect class="ground" x="0" y="0" width="{Width}" height="{Height}"/>{segments.Select(Rectangle)}
            </svg>
            <ul class="legend">{segments.Select(one => Entry(call, one))}</ul>
            </div>
            </section>
            """);
    }

    /// <summary>Its figures, for a page that is open.</summary>
    /// <param name="figures">Who tells them.</param>
    /// <param name="balance">The API's document.</param>
    public static void Tell(LiveFigures figures, JsonElement balance)
    {
        var segments = Segments(balance);
        var available = balance.Amount("available");
        if (available == Money.MaxValue)
        {
            figures.Tell(Available, NoLimit);
        }
        else
        {
            figures.Tell(Available, available);
        }

        figures.Set(Bar, ("aria-label", Label(segments)));
        foreach (var segment in segments)
        {
            figures.Show($"part-{segment.Kind}", segment.IsShown);
            figures.Tell($"part-{segment.Kind}-label", segment.Label);
            figures.Tell($"part-{segment.Kind}-amount", segment.Amount);
            figures.Set($"bar-{segment.Kind}", ("x", Text(segment.Start)), ("width", Text(segment.Width)));
        }
    }

    // In the order in which calls use them. All that there can be: a page that is open shows and hides them.
    private static List<BalanceSegment> Segments(JsonElement balance)
    {
        var total = balance.Amount("total_remaining");
        var cycle = balance.AmountOrNone("cycle_remaining");
        var credit = cycle is null ? Money.Max(total, Money.Zero) : balance.Amount("granted_remaining");
        var overage = balance.Amount("overage_remaining");
        List<BalanceSegment> segments =
        [
            new("cycle", "Credit of the cycle", cycle ?? Money.Zero, cycle is not null),
            new("granted", cycle is null ? "Credit" : "Credit given", credit),
            new("bundle", "Bundles", balance.Amount("bundle_remaining"), cycle is not null),
            new("debt", "Debt", Money.Max(-total, Money.Zero), total < Money.Zero),
            new("overage", "Overage left", overage, overage > Money.Zero),
        ];
        var whole = segments.Sum(segment => (decimal)segment.Amount.Units);
        var start = 0;
        for (var i = 0; i < segments.Count; i++)
        {
            segments[i] = segments[i] with { Start = start, Width = Share(segments[i].Amount, whole) };
            start += segments[i].Width;
        }

        var reserved = balance.Amount("reserved");
        segments.Add(new BalanceSegment("reserved", "Held for running calls", reserved, Width: Share(reserved, whole)));
        return segments;
    }

    // What is held lies at the foot of the others.
    private static Markup Rectangle(BalanceSegment segment)
    {
        var height = segment.Kind == "reserved" ? ReservedHeight : Height;
        return Markup.Of($"""
            <rect class="part {segment.Kind}" data-figure="bar-{segment.Kind}" x="{segment.Start}" y="{Height - height}"
              width="{segment.Width}" height="{height}"/>
            """);
    }

    private static string Label(IEnumerable<BalanceSegment> segments) => string.Join(
        ", ",
        segments.Where(segment => segment.IsShown).Select(segment => $"{segment.Label} {MoneyMarkup.ShortText(segment.Amount)}"));

    private static int Share(Money amount, decimal total) => total <= 0 ? 0 : (int)(Math.Min(amount.Units, total) * Width / total);

    private static Markup Entry(PageCall call, BalanceSegment segment) => Markup.Of($"""
        <li data-figure="part-{segment.Kind}"{(segment.IsShown ? Markup.Empty : Markup.Of($" hidden"))}>
        <span class="dot {segment.Kind}" aria-hidden="true"></span><span data-figure="part-{segment.Kind}-label">{segment.Label}</span>
        <span data-figure="part-{segment.Kind}-amount">{call.Amount(segment.Amount)}</span></li>
        """);

    private static string Text(int units) => units.ToString(CultureInfo.InvariantCulture);
}
