using System.Text.Json;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>The credit that a customer got, what is left of it, and what was corrected by hand.</summary>
internal static class GrantsTab
{
    private const string OlderCorrections = "corrections";

    private static readonly string[] GrantColumns = ["Given", "Origin", "Reason", "#Amount", "#Left", "Share", "Expires"];

    public static async Task<Markup> ReadAsync(PageCall call, CustomerHead head)
    {
        var grants = await head.ListAsync(call, "credits");
        var corrections = await head.ListAsync(call, "adjustments", OlderCorrections);
        return Markup.Of($"""
            <section aria-label="Credit"><h2>Credit</h2>{Grants(call, head, grants)}</section>
            <section aria-label="Corrections"><h2>Corrections</h2>{Corrections(call, corrections)}</section>
            """);
    }

    private static Markup Grants(PageCall call, CustomerHead head, ApiAnswer answer)
    {
        var rows = answer.Rows.ToList();
        return rows.Count == 0
            ? PartMarkup.Empty(
                "No credit yet",
                "Give some here, sell a bundle, or give it from your own server:",
                $$"""
                curl {{call.Server}}v1/customers/{{head.Id}}/credits \
                  -H "Authorization: Bearer $LAVA_SECRET_KEY" \
                  -H "Content-Type: application/json" \
                  -d '{"amount": "10.00", "reason": "welcome", "idempotency_key": "welcome-1"}'
                """)
            : Markup.Of($"""
                {TableMarkup.Of("Credit", GrantColumns, rows.Select(row => Grant(call, row)))}
                {PartMarkup.Older(answer.NextCursor is { } next ? call.Here(("after", next)) : null)}
                """);
    }

    private static Markup[] Grant(PageCall call, JsonElement row) =>
    [
        call.Moment(row.Time("created_at")!.Value),
        Markup.Of($"{CustomerWords.Origin(row.Text("origin"))}"),
        TextMarkup.NameOrNone(row.Text("reason")),
        call.Amount(row.Amount("amount")),
        call.Amount(row.Amount("remaining")),
        Markup.Of($"""<meter min="0" max="{row.Text("amount")}" value="{row.Text("remaining")}" aria-label="Left of it"></meter>"""),
        TimeMarkup.MomentOrNone(row.Time("expires_at"), call.Zone),
    ];

    private static Markup Corrections(PageCall call, ApiAnswer answer)
    {
        var rows = answer.Rows.ToList();
        return rows.Count == 0
            ? Markup.Of($"<p>Nothing was corrected by hand.</p>")
            : Markup.Of($"""
                {TableMarkup.Of("Corrections", ["Made", "Kind", "Reason", "Of", "#Amount"], rows.Select(row => Correction(call, row)))}
                {PartMarkup.Older(answer.NextCursor is { } next ? call.Here((OlderCorrections, next)) : null)}
                """);
    }

    private static Markup[] Correction(PageCall call, JsonElement row) =>
    [
        call.Moment(row.Time("created_at")!.Value),
        Markup.Of($"{CustomerWords.EntryKind(row.Text("kind"))}"),
        TextMarkup.NameOrNone(row.Text("reason")),
        TextMarkup.NameOrNone(row.Text("request_id") ?? row.Text("grant_id")),
        call.Amount(row.Amount("amount")),
    ];
}
