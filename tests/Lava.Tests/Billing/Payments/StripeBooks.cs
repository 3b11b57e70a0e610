using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api.Payments;
using Lava.Server.Web;
using Lava.Testing.Gateway;
using Lava.Testing.Stripe;
using Lava.Tests.Billing.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Tests.Billing.Payments;

/// <summary>
/// A customer whose card Stripe charges, with all that is real but Stripe and the process: the provider over HTTP to the stand-in, the
/// endpoint that its events come to, their store, what they lead to, and the books. Nothing waits: the stand-in's silence moves the clock
/// that the provider waits by.
/// </summary>
internal sealed class StripeBooks : IAsyncDisposable
{
    // Of rounds in which time goes by: far more than the schedules of all payments have steps.
    private const int RoundsMax = 60;
    private readonly ManualTime _time;
    private readonly WebApplication _app;
    private readonly string _card;

    private StripeBooks(PaymentBooks books, StripeAccount account, ManualTime time, WebApplication app, string card) =>
        (Books, Account, _time, _app, _card) = (books, account, time, app, card);

    public PaymentBooks Books { get; }

    public StripeAccount Account { get; }

    public StripeStandIn Stripe => Account.StandIn;

    private ProviderEventStore EventStore => new(Books.Source);

    private StripeEvents Events => new(
        EventStore, Account.Client, Account.Payments,
        new ProviderEventActs(Books.Cards, Books.Refunds, Books.Disputes, Books.Methods, Books.Floors, Books));

    public static async Task<StripeBooks> OpenAsync(string connectionString, int retries = 3)
    {
        // Stripe's clock is that of PostgreSQL, and goes on when a test says so.
        var (time, patience) = (new ManualTime(), new ManualTime());
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        var limits = new StripeLimits { Pause = TimeSpan.Zero, Retries = retries };
        var account = await StripeAccount.OpenAsync(time, limits, patience);
        account.StandIn.Silent = () => Task.Run(() => patience.Advance(limits.Answer));
        var books = await PaymentBooks.OpenAsync(connectionString);
        books.Other = account.Payments;
        await books.RestartAsync();
        await books.SubscribeAsync(OverageMode.AutoCharge, "5", "1");
        await books.Books.ExecuteAsync(
            "insert into provider_customers (customer_id, provider, reference) values ($1, 1, $2)", books.Customer, account.Customer);
        var card = account.StandIn.AddCard(account.Customer, "pm_card_visa");
        await books.AddCardAsync(card, PaymentProviderKind.Stripe);
        var app = await ServeAsync(new StripeWebhook(
            account.Options, new ProviderEventStore(books.Source), time, NullLogger<StripeWebhook>.Instance));
        account.StandIn.Webhooks.Add(app.Urls.First() + StripeWebhook.Path, StripeStandIn.WebhookSecret);
        return new StripeBooks(books, account, time, app, card);
    }

    /// <summary>The card behaves from now on as this one of Stripe's.</summary>
    public void BecomeCard(string token) => Stripe.Change(_card, card => card["stand_in_token"] = token);

    /// <summary>Time goes by: at Stripe, in the attempts and refunds of the past, and for the merchant.</summary>
    public async Task PassAsync(int hours)
    {
        _time.Advance(TimeSpan.FromHours(hours));
        await Books.AgeAsync($"{hours} hours");
        await Books.Books.ExecuteAsync("update disputes set next_look_at = now()");
        await Books.AdvanceAsync(TimeSpan.FromHours(hours));
    }

    /// <summary>Stripe tells what it has not told yet, and each event that is known and open is handled.</summary>
    public async Task TellAsync(StandInDeliveries how)
    {
        Stripe.Webhooks.Deliveries = how;
        await Stripe.Webhooks.DeliverAsync();
        await Books.Books.ExecuteAsync("update provider_events set next_attempt_at = now() where handled_at is null");
        while (await Events.RunAsync(CancellationToken.None) == StripeEvents.EventsPerRound)
        {
        }
    }

    /// <summary>What is looked for now and then, in case an event never came.</summary>
    public Task CompareAsync() =>
        new StripeGap(EventStore, Account.Client, Events, _time).CompareAsync(CancellationToken.None);

    /// <summary>What workers do in a round.</summary>
    public async Task WorkAsync()
    {
        await Books.RunDueAsync();
        await Books.Refunds.RunDueAsync(CancellationToken.None);
        await Books.Disputes.RunDueAsync(CancellationToken.None);
    }

    /// <summary>Rounds until everything has ended; so many hours go by before each.</summary>
    public async Task SettleAsync(Func<int, int> hoursBefore)
    {
        for (var round = 0; await FindOpenAsync() is { } open; round++)
        {
            Assert.True(round < RoundsMax, $"still open: {open}");
            await PassAsync(hoursBefore(round));
            foreach (var left in (await Books.PaymentsAsync()).FindAll(
                its => its.Terms.IsAttended && its.Status == PaymentStatus.Waiting))
            {
                // The person presses Pay again.
                await Books.Cards.AttemptAsync(left, CancellationToken.None);
            }

            await (round % 2 == 0 ? WorkAsync() : TellAsync(StandInDeliveries.Shuffled));
            await (round % 2 == 0 ? TellAsync(StandInDeliveries.Twice) : WorkAsync());
        }
    }

    /// <summary>
    /// Each payment that succeeded was taken once, each other one never; what went back there went back here; each attempt made one charge
    /// at most; no charge is nobody's; the books agree with themselves and with the live wallet.
    /// </summary>
    public async Task AssertSoundAsync()
    {
        var payments = await Books.PaymentsAsync();
        var (captured, refunded) = (0L, 0L);
        foreach (var payment in payments)
        {
            var there = At(payment);
            var isPaid = payment.Status == PaymentStatus.Succeeded;
            var name = $"{payment.Terms.Kind} {payment.Status} after {payment.Attempts} attempts, {payment.Review}";
            Assert.Equal((name, isPaid ? 1 : 0, isPaid ? Cents(payment.Amount) : 0), (name, there.Captures, there.Captured));
            Assert.True(there.Intents <= payment.Attempts, $"{there.Intents} charges: {name}");
            var back = (await Books.RefundsAsync(payment.Id)).Where(refund => refund.Status != RefundStatus.Failed);
            Assert.Equal((name, Cents(back.Aggregate(Money.Zero, (sum, refund) => sum + refund.Amount))), (name, there.Refunded));
            (captured, refunded) = (captured + there.Captured, refunded + there.Refunded);
        }

        Assert.InRange(payments.Count, 1, 99);
        Assert.Equal((captured, refunded), (Sum("charge", _ => true), Sum("refund", status => status != "failed")));
        Assert.Equal(
            Sum("dispute", status => status is "needs_response" or "under_review" or "lost"),
            Cents(new Money(await Books.Books.ScalarAsync<long>(
                "select coalesce(sum(amount), 0)::bigint from disputes where status in (1, 3)"))));
        await Books.AssertBooksAsync();
    }

    public StandInBooks At(Payment payment) => Stripe.Books(Ids.Format(IdPrefix.Payment, test: true, payment.Id));

    public async ValueTask DisposeAsync()
    {
        await Books.DisposeAsync();
        await _app.DisposeAsync();
        await Account.DisposeAsync();
    }

    // Null: nothing is open.
    private async Task<string?> FindOpenAsync()
    {
        var payments = (await Books.PaymentsAsync()).Count(its => its.Status is PaymentStatus.Waiting or PaymentStatus.Attempting);
        var (refunds, disputes, events) = (
            await CountAsync("refunds where status < 2 or (status = 3 and credit > 0)"),
            await CountAsync("disputes where not is_settled"),
            await CountAsync("provider_events where handled_at is null"));
        var untold = Stripe.Webhooks.Waiting;
        return (payments, refunds, disputes, events, untold) == default
            ? null
            : $"{payments} payments, {refunds} refunds, {disputes} disputes, {events} events and {untold} untold";
    }

    private Task<long> CountAsync(string what) => Books.Books.ScalarAsync<long>($"select count(*) from {what}");

    private long Sum(string kind, Func<string, bool> counts) => Stripe.ReadAll(kind)
        .Where(found => counts((string)found["status"]!)).Sum(found => found["amount"]!.GetValue<long>());

    private static long Cents(Money amount) => amount.Units / (Money.UnitsPerDollar / 100);

    private static async Task<WebApplication> ServeAsync(StripeWebhook webhook)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapStripeWebhook(webhook);
        await app.StartAsync();
        return app;
    }
}
