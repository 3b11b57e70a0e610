using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Web.Dashboard.Customers;
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

    public required IReadOnlyList<FailingPayment> Payments { get; init; }

    /// <summary>Payments that fail and have no line of their own.</summary>
    public required long MorePayments { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public static async Task<OverviewAttention> ReadAsync(AttentionStore store, PageCall call, CancellationToken cancellationToken)
    {
        var merchant = call.Merchant.Id;
        var since = call.Parts.Time.GetUtcNow() - RefusedSince;
        var alerts = store.AlertsAsync(merchant, LinesMax, cancellationToken);
        var refused = store.RefusedAsync(merchant, since, LinesMax, cancellationToken);
        var webhooks = store.FailingWebhooksAsync(merchant, LinesMax, cancellationToken);
        var payments = store.ListFailingPaymentsAsync(merchant, LinesMax, cancellationToken);
        var failing = store.FailingPaymentsAsync(merchant, CountMax, cancellationToken);
        await Task.WhenAll(alerts, refused, webhooks, payments, failing);
        var attention = new OverviewAttention
        {
            Alerts = await alerts,
            Refused = await refused,
            Webhooks = await webhooks,
            Payments = await payments,
            MorePayments = Math.Max(0, await failing - LinesMax),
        };
        call.Parts.Attention.Keep(merchant, attention.Count);
        return attention;
    }

    /// <summary>The count alone, for menus: as many as the list has lines.</summary>
    public static AttentionCounts Counts(StoreSource reading, TimeProvider time)
    {
        var store = new AttentionStore(reading);
        return new AttentionCounts(
            (merchant, cancellationToken) => store.CountAsync(merchant, time.GetUtcNow() - RefusedSince, LinesMax, cancellationToken),
            time);
    }

    /// <summary>Lines that the list has.</summary>
    public int Count => Alerts.Count + Refused.Count + Webhooks.Count + Payments.Count + (MorePayments > 0 ? 1 : 0);

    /// <summary>The part of the page.</summary>
    public Markup Of(PageCall call) => Markup.Of($"""
        <section class="attention"><h2>Needs attention
        <span class="badge warn" data-attention-count{(Count == 0 ? Markup.Of($" hidden") : Markup.Empty)}>{Count}</span></h2>
        <div data-attention>{List(call)}</div>
        </section>
        """);

    /// <summary>The lines: they change while the page is open.</summary>
    public Markup List(PageCall call)
    {
        if (Count == 0)
        {
            return Markup.Of($"<p>Nothing: no balance is low, nothing fails.</p>");
        }

        List<Markup> lines =
        [
            .. Payments.Select(payment => PaymentLine(call, payment)),
            .. Alerts.Select(alert => AlertLine(call, alert)),
            .. Refused.Select(refused => RefusedLine(call, refused)),
            .. Webhooks.Select(webhook => WebhookLine(call, webhook)),
        ];
        if (MorePayments > 0)
        {
            var more = $"{FigureText.Count(MorePayments)} more";
            lines.Add(Line("bad", "payments", Markup.Of($"""
                <span>{PartMarkup.Link(Customers(call, CustomerListPage.Unpaid), more)} failed, or must be looked at</span>
                """)));
        }

        // Where they fill their lines there may be others.
        var all = Alerts.Count == LinesMax
            ? Markup.Of($"<p>{PartMarkup.Link(Customers(call, CustomerListPage.Alerted), "All whose balance is low or used up")}</p>")
            : Markup.Empty;
        return Markup.Of($"<ul>{lines}</ul>{all}");
    }

    // Whether money was taken is what a person must find out; a card that was declined is asked again by itself.
    private static Markup PaymentLine(PageCall call, FailingPayment payment)
    {
        var customer = call.Format(IdPrefix.Customer, payment.CustomerId);
        var address = call.Link($"/customers/{customer}/payments/{call.Format(IdPrefix.Payment, payment.Id)}");
        var what = payment.IsInReview
            ? Markup.Of($"""must be looked at: money may have been taken""")
            : Markup.Of($"""was not paid, again {TimeMarkup.MomentOrNone(payment.NextAttemptAt, call.Zone)}""");
        return Line("bad", payment.IsInReview ? "decide" : "declined", Markup.Of($"""
            <span>{Customer(call, payment.CustomerId, payment.Name)}: {call.Amount(payment.Amount)} {what}</span>
            <a class="button" href="{address}" aria-label="The payment of {TextMarkup.Plain(payment.Name ?? customer)}">Payment</a>
            """));
    }

    private static Markup AlertLine(PageCall call, BalanceAlert alert)
    {
        var (tone, word) = alert.Level == BalanceLevel.Empty ? ("bad", "empty") : ("warn", "low");
        return Line(tone, word, Markup.Of($"""
            <span>{Customer(call, alert.CustomerId, alert.Name)} has {call.Amount(Available(call, alert))} left</span>
            {CreditLink(call, alert)}
            """));
    }

    private static Markup RefusedLine(PageCall call, RefusedCustomer refused) => Line("warn", "blocked", Markup.Of($"""
        <span>{Customer(call, refused.CustomerId, refused.Name)}: {FigureText.Count(refused.Calls)} refused since yesterday,
        mostly <code>{refused.Code}</code></span>
        """));

    private static Markup WebhookLine(PageCall call, FailingWebhook webhook) => Line("bad", "webhook", Markup.Of($"""
        <span>{PartMarkup.Link(call.Link($"/webhooks/{call.Format(IdPrefix.Webhook, webhook.Id)}"), TextMarkup.Name(webhook.Name))}
        answered {(webhook.Status is { } status ? $"{status}" : "nothing")} last</span>
        """));

    // Credit is given where it is missed, and the way leads back here.
    private static Markup CreditLink(PageCall call, BalanceAlert alert)
    {
        var known = call.Format(IdPrefix.Customer, alert.CustomerId);
        var address = call.Link($"/customers/{known}/credit", (WayBack.Parameter, WayBack.Overview));
        return Markup.Of($"""
            <a class="button" href="{address}" aria-label="Give credit to {TextMarkup.Plain(alert.Name ?? known)}">Give credit</a>
            """);
    }

    // Live: the books are behind by a flush, and what is reserved is not in them.
    private static Money Available(PageCall call, BalanceAlert alert) =>
        call.Parts.Management.Wallets.TryRead(alert.WalletId, out var balance) ? balance.Available : alert.Posted;

    private static string Customers(PageCall call, string look) => call.Link(CustomerListPage.Path, (CustomerListPage.Look, look));

    private static Markup Customer(PageCall call, Guid id, string? name)
    {
        var known = call.Format(IdPrefix.Customer, id);
        return PartMarkup.Link(call.Link($"/customers/{known}"), TextMarkup.Name(name ?? known));
    }

    private static Markup Line(string tone, string word, Markup text) => Markup.Of($"<li>{PartMarkup.Badge(tone, word)} {text}</li>");
}
