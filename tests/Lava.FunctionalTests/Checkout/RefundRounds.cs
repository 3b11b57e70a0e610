using System.Text.Json.Nodes;
using Lava.FunctionalTests.Billing;
using Lava.FunctionalTests.Faults;

namespace Lava.FunctionalTests.Checkout;

/// <summary>One purchase of 25 dollars for 20 of credit, of which half a dollar after another goes back, each over a kill.</summary>
internal sealed class RefundRounds : IAsyncDisposable
{
    // Small enough for as many rounds as there are writes to be killed at.
    private const long Cents = 50;
    private const decimal Amount = 0.5m;
    private const decimal Credit = 0.4m;
    private readonly KilledShop _shop;
    private string _customer = "";
    private string _payment = "";
    private int _rounds;

    private RefundRounds(KilledShop shop) => _shop = shop;

    public static async Task<RefundRounds> StartAsync(string database, TimeSpan limit)
    {
        var shop = await StripeShop.StartAsync(database);
        var rounds = new RefundRounds(new KilledShop(database, shop, limit));
        var person = await shop.InviteAsync();
        await person.ReachAsync(rounds._shop.Client, "done");
        var session = (await rounds._shop.Client.GetAsync("/v1/checkout_sessions"))["data"]![0]!;
        rounds._customer = (string)session["customer_id"]!;
        var payments = await rounds._shop.Client.GetAsync($"/v1/customers/{rounds._customer}/payments");
        rounds._payment = (string)payments["data"]![0]!["payment_id"]!;
        await rounds._shop.Stripe.Webhooks.DeliverAsync();
        await rounds.HandledAsync();
        return rounds;
    }

    /// <summary>The merchant asks for half a dollar, and once more when the server is back.</summary>
    public Task AskedAsync(string name, ICrashPoint point) => RoundAsync(name, point, AskAsync, AskAsync);

    /// <summary>Somebody gives half a dollar back at Stripe, which tells of it, and once more when the server is back.</summary>
    public Task MadeThereAsync(string name, ICrashPoint point) => RoundAsync(
        name,
        point,
        () =>
        {
            _shop.Stripe.RefundByHand((string)_shop.Stripe.ReadAll("payment_intent").Single()["id"]!, Cents);
            return _shop.Stripe.Webhooks.DeliverAsync();
        },
        _shop.Stripe.Webhooks.DeliverAsync);

    /// <summary>All that was told is told twice more: nothing changes. The books hold.</summary>
    public Task AssertAsync() => _shop.AssertAsync(async () =>
    {
        await HandledAsync();
        await AssertGivenBackAsync();
    });

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    private Task RoundAsync(string name, ICrashPoint point, Func<Task> begin, Func<Task> again)
    {
        _rounds++;
        return _shop.RoundAsync(name, point, begin, again, async () =>
        {
            await HandledAsync();
            await BilledCustomer.UntilAsync(async () => (await RefundsAsync()).Count(IsThrough) == _rounds);
            await AssertGivenBackAsync();
        });
    }

    private async Task AskAsync() => await _shop.Client.PostAsync(
        $"/v1/payments/{_payment}/refunds", new { amount = "0.5", idempotency_key = $"round {_rounds}" });

    private Task HandledAsync() => BilledCustomer.UntilAsync(
        async () => await _shop.ReadAsync("select count(*) from provider_events where handled_at is null") == 0);

    private async Task AssertGivenBackAsync()
    {
        var made = _shop.Stripe.ReadAll("refund");
        Assert.Equal(_rounds, made.Count);
        Assert.All(made, refund => Assert.Equal(Cents, refund["amount"]!.GetValue<long>()));
        var refunds = await RefundsAsync();
        Assert.Equal(_rounds, refunds.Count);
        Assert.All(refunds, refund => Assert.True(IsThrough(refund), refund.ToJsonString()));
        var payment = await _shop.Client.GetAsync($"/v1/payments/{_payment}");
        Assert.Equal(_rounds * Amount, Audit.Decimal(payment["refunded_amount"]!));
        var balance = await _shop.Client.GetAsync($"/v1/customers/{_customer}/balance");
        Assert.Equal(20m - (_rounds * Credit), Audit.Decimal(balance["available"]!));
    }

    private async Task<List<JsonNode>> RefundsAsync() =>
        [.. (await _shop.Client.GetAsync($"/v1/payments/{_payment}/refunds?limit=100"))["data"]!.AsArray().Select(refund => refund!)];

    private static bool IsThrough(JsonNode refund) =>
        (string)refund["status"]! == "succeeded" && Audit.Decimal(refund["credit_taken"]!) == Credit;
}
