using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>What was reserved, what was settled, and what the ledger says.</summary>
internal static class RequestMoneyPart
{
    /// <summary>The section.</summary>
    public static Markup Of(PageCall call, RequestFacts facts)
    {
        var record = facts.Record;
        var back = record.Held - record.Debit;
        return Markup.Of($"""
            <section aria-label="Money"><h2>Reserved and settled</h2>
            {PartMarkup.Facts(
            [
                ("Reserved before the call", MoneyMarkup.Exact(record.Held)),
                ("Settled", MoneyMarkup.Exact(record.Debit)),
                back < Money.Zero ? ("Beyond the reservation", MoneyMarkup.Exact(-back)) : ("Given back", MoneyMarkup.Exact(back)),
                ("Paid by", Payer(call, record)),
            ])}
            <h2 class="after">In the ledger</h2>
            {Ledger(call, facts)}
            </section>
            """);
    }

    private static Markup Payer(PageCall call, UsageRecord record)
    {
        if (!record.Billed || record.CustomerId is not { } id)
        {
            return Markup.Of($"the merchant");
        }

        var ledger = call.Link($"/customers/{call.Format(IdPrefix.Customer, id)}", ("tab", "ledger"));
        return Markup.Of($"the customer: {PartMarkup.Link(ledger, "ledger")}");
    }

    private static Markup Ledger(PageCall call, RequestFacts facts)
    {
        if (facts.Entries.Count > 0)
        {
            var first = facts.Entries[0];
            return Markup.Of($"""
                <p class="quiet">{RequestWords.Entry(first.Kind)}, booked at {call.Moment(first.CreatedAt)}.</p>
                {TableMarkup.Of("Ledger entries", ["Account", "#Amount"], facts.Entries.Select(Row))}
                """);
        }

        return facts.Record.Debit == Money.Zero
            ? Markup.Of($"<p>Nothing: what costs nothing has no entry.</p>")
            : Markup.Of($"<p>Its entries are not to be found.</p>");
    }

    private static IReadOnlyList<Markup> Row(TransactionEntry entry) =>
        [Markup.Of($"{RequestWords.Account(entry.Account)}"), MoneyMarkup.Exact(entry.Amount)];
}
