using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Overview;

/// <summary>What somebody should look at: balances that end, calls that were refused, payments and webhooks that fail.</summary>
internal sealed record OverviewAttention
{
    private const int LinesMax = 10;
    private const int CountMax = 1_000;

    private static readonly TimeSpan RefusedSince = TimeSpan.FromHours(24);

    public required IReadOnlyList<BalanceAlert> Alerts { get; init; }

    public required IReadOnlyList<RefusedCustomer> Refused { get; init; }

    public required IReadOnlyList<FailingWebhook> Webhooks { get; init; }

    public required long Payments { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public static async Task<OverviewAttention> ReadAsync(AttentionStore store, PageCall call)
    {
        var merchant = call.Merchant.Id;
        var alerts = store.AlertsAsync(merchant, LinesMax, call.Aborted);
        var refused = store.RefusedAsync(merchant, call.Now - RefusedSince, LinesMax, call.Aborted);
        var webhooks = store.FailingWebhooksAsync(merchant, LinesMax, call.Aborted);
        var payments = store.FailingPaymentsAsync(merchant, CountMax, call.Aborted);
        await Task.WhenAll(alerts, refused, webhooks, payments);
        return new OverviewAttention
        {
            Alerts = await alerts,
            Refused = await refused,
            Webhooks = await webhooks,
            Payments = await payments,
        };
    }

    public Markup Of(PageCall call)
    {
        List<Markup> lines =
        [
            .. Alerts.Select(alert => Line(
                alert.Level == BalanceLevel.Empty ? "bad" : "warn",
                alert.Level == BalanceLevel.Empty ? "empty" : "low",
                Markup.Of($"{Customer(call, alert.CustomerId, alert.Name)} has {call.Amount(Available(call, alert))} left"))),
            .. Refused.Select(refused => Line(
                "warn",
                "blocked",
                Markup.Of($"""
                {Customer(call, refused.CustomerId, refused.Name)}: {FigureText.Count(refused.Calls)} refused since yesterday,
                mostly <code>{refused.Code}</code>
                """))),
            .. Webhooks.Select(webhook => Line(
                "bad",
                "webhook",
                Markup.Of($"""
                {PartMarkup.Link(call.Link($"/webhooks/{call.Format(IdPrefix.Webhook, webhook.Id)}"), TextMarkup.Name(webhook.Name))}
                answered {(webhook.Status is { } status ? $"{status}" : "nothing")} last
                """))),
        ];
        if (Payments > 0)
        {
            lines.Add(Line("bad", "payments", Markup.Of($"{FigureText.Count(Payments)} wait for another attempt")));
        }

        return Markup.Of($"""
            <section class="attention"><h2>Needs attention</h2>
            {(lines.Count == 0 ? Markup.Of($"<p>Nothing: no balance is low, nothing fails.</p>") : Markup.Of($"<ul>{lines}</ul>"))}
            </section>
            """);
    }

    // Live: the books are behind by a flush, and what is reserved is not in them.
    private static Money Available(PageCall call, BalanceAlert alert) =>
        call.Parts.Management.Wallets.TryRead(alert.WalletId, out var balance) ? balance.Available : alert.Posted;

    private static Markup Customer(PageCall call, Guid id, string? name)
    {
        var known = call.Format(IdPrefix.Customer, id);
        return PartMarkup.Link(call.Link($"/customers/{known}"), TextMarkup.Name(name ?? known));
    }

    private static Markup Line(string tone, string word, Markup text) => Markup.Of($"<li>{PartMarkup.Badge(tone, word)} {text}</li>");
}
