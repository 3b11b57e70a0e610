using System.Text.Json;
using Lava.Core;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>Every change of a customer's balance, to the last digit.</summary>
internal static class LedgerTab
{
    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head)
    {
        var answer = await head.ListAsync(call, "ledger");
        var rows = answer.Rows.ToList();
        return rows.Count == 0
            ? Markup.Of($"""
                <section>{PartMarkup.Empty(
                    "Nothing booked yet",
                    "Credit that is given or bought, and each call that is charged, stands here. Begin with some credit.",
                    PartMarkup.Button(call.Link(head.Path(CreditPages.Credit)), "Give credit"))}</section>
                """)
            : Markup.Of($"""
                <section aria-label="Ledger">
                {TableMarkup.Of("Ledger", ["Time", "What", "Of", "#Amount", "#Balance after"], rows.Select(row => Row(call, head, row)))}
                {PartMarkup.Older(answer.NextCursor is { } next ? call.Here(("after", next)) : null)}
                </section>
                """);
    }

    private static Markup[] Row(PageCall call, CustomerHead head, JsonElement row) =>
    [
        call.Moment(row.Time("created_at")!.Value),
        Markup.Of($"{CustomerWords.EntryKind(row.Text("kind"))}"),
        Source(call, head, row),
        Signed(row.Amount("amount")),
        MoneyMarkup.Exact(row.Amount("balance_after")),
    ];

    private static Markup Signed(Money amount) => amount > Money.Zero
        ? Markup.Of($"""<span class="in">+{MoneyMarkup.Exact(amount)}</span>""")
        : MoneyMarkup.Exact(amount);

    private static Markup Source(PageCall call, CustomerHead head, JsonElement row)
    {
        if (row.Text("request_id") is { } request)
        {
            return PartMarkup.Link(call.Link($"/requests/{Uri.EscapeDataString(request)}"), TextMarkup.Name(request));
        }

        if (row.Text("payment_id") is { } payment)
        {
            return PartMarkup.Link(call.Link(head.Path($"/payments/{payment}")), payment);
        }

        return TextMarkup.NameOrNone(row.Text("grant_id") ?? row.Text("adjustment_id"));
    }
}
