using System.Globalization;
using System.Text.Json.Nodes;
using Lava.Billing.Payments;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// A customer with a plan of 25 dollars a month for 20 of credit, whose card pays debt by the dollar. What follows happens with nobody
/// there: renewals, charges for debt, a bank that takes the money back and returns it; each over a kill.
/// </summary>
internal sealed class WorkerRounds : IAsyncDisposable
{
    private const long IncrementCents = 100;
    private const decimal Included = 20m;
    private const string Meter = "used";
    private readonly KilledShop _shop;
    private readonly List<long> _charges = [StripeShop.PriceCents];
    private string _customer = "";
    private decimal _credit = Included;
    private int _reports;

    private WorkerRounds(KilledShop shop) => _shop = shop;

    private LavaClient Client => _shop.Client;

    public static async Task<WorkerRounds> StartAsync(string database, TimeSpan limit)
    {
        var shop = await StripeShop.StartAsync(database);
        var rounds = new WorkerRounds(new KilledShop(database, shop, limit));
        var client = rounds.Client;
        await client.MeterAsync(Meter, "fixed", "tokens_1m", "1");
        var plan = await client.PostAsync("/v1/plans", new
        {
            name = "Usage",
            period_amount = "25",
            included_credit = "20",
            billing_interval = "month",
            meter_ids = new[] { (string)(await client.GetAsync("/v1/meters"))["data"]![0]!["meter_id"]! },
            overage_mode = "auto_charge",
            overage_limit = "100",
            overage_increment = "1",
        });
        var person = await shop.InviteAsync("+14155550188", null, StripeShop.Card, (string)plan["plan_id"]!);
        await person.ReachAsync(client, "done");
        rounds._customer = (string)(await client.GetAsync("/v1/checkout_sessions"))["data"]![0]!["customer_id"]!;
        await shop.Stripe.Webhooks.DeliverAsync();
        await rounds.ThroughAsync();
        return rounds;
    }

    /// <summary>A month goes by, and once more when the server is back.</summary>
    public async Task RenewedAsync(string name, ICrashPoint point)
    {
        var end = (string)(await SubscriptionAsync())["cycle_end_at"]!;
        _charges.Add(StripeShop.PriceCents);
        _credit = Included;
        Task AdvanceAsync() => Client.PostAsync("/v1/test_clock/advance", new { to = end });
        await RoundAsync(
            name,
            point,
            AdvanceAsync,
            async () =>
            {
                // What was charged already is booked by the worker; what is left of the old cycle expires with the clock's next round.
                await AdvanceAsync();
                await ThroughAsync(hasExpired: false);
                await AdvanceAsync();
            });
        var renewed = await SubscriptionAsync();
        Assert.Equal("paid", (string)renewed["payment_status"]!);
        Assert.NotEqual(end, (string)renewed["cycle_end_at"]!);
    }

    /// <summary>A dollar more is used than there is credit.</summary>
    public async Task IndebtedAsync(string name, ICrashPoint point)
    {
        // A wallet is charged by itself only so often.
        var now = DateTimeOffset.Parse((string)(await Client.GetAsync("/v1/test_clock"))["now"]!, CultureInfo.InvariantCulture);
        await Client.PostAsync("/v1/test_clock/advance", new { to = now + ChargeGuard.AttemptsWindow + TimeSpan.FromMinutes(1) });
        var report = new
        {
            request_id = $"work {++_reports}",
            customer_id = _customer,
            meter_slug = Meter,
            input_tokens = (long)((_credit + 1) * 1_000_000),
        };
        _charges.Add(IncrementCents);
        _credit = 0;
        await RoundAsync(name, point, () => Client.PostAsync("/v1/requests", report), () => Task.CompletedTask);
    }

    /// <summary>A bank takes back what was paid for a month, or returns it; Stripe tells, and once more when the server is back.</summary>
    public async Task DisputedAsync(string name, ICrashPoint point)
    {
        var dispute = _shop.Stripe.ReadAll("dispute").SingleOrDefault();
        var takes = dispute is null || (string)dispute["status"]! == "won";
        _credit = takes ? 0 : Included;
        await RoundAsync(
            name,
            point,
            () =>
            {
                if (dispute is null)
                {
                    var month = _shop.Stripe.ReadAll("charge").Last(paid => paid["amount"]!.GetValue<long>() == StripeShop.PriceCents);
                    _shop.Stripe.OpenDispute((string)month["payment_intent"]!);
                }
                else
                {
                    _shop.Stripe.MoveDispute((string)dispute["id"]!, takes ? "needs_response" : "won");
                }

                return _shop.Stripe.Webhooks.DeliverAsync();
            },
            _shop.Stripe.Webhooks.DeliverAsync);
    }

    /// <summary>All that Stripe has to tell is told twice: nothing changes. The books hold.</summary>
    public Task AssertAsync() => _shop.AssertAsync(AssertThroughAsync);

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    private Task RoundAsync(string name, ICrashPoint point, Func<Task> begin, Func<Task> again) =>
        _shop.RoundAsync(name, point, begin, again, AssertThroughAsync);

    private async Task AssertThroughAsync()
    {
        await ThroughAsync();
        await AssertOnceAsync();
    }

    // Until all that is to be charged was opened, everything that is open has ended, and credit is where it belongs.
    private async Task ThroughAsync(bool hasExpired = true)
    {
        using var limit = new CancellationTokenSource(_shop.Limit);
        while (await IsOpenAsync() || (await PaymentsAsync()).Count < _charges.Count || (hasExpired && await CreditAsync() != _credit))
        {
            Assert.False(
                limit.IsCancellationRequested,
                $"open: {await IsOpenAsync()}, {await CreditAsync()} of credit for {_credit}, {(await PaymentsAsync()).Count} payments");
            await Task.Delay(20);
        }
    }

    private async Task<bool> IsOpenAsync() => await _shop.ReadAsync(
        """
        select (select count(*) from payments where status in (0, 1)) + (select count(*) from disputes where not is_settled)
          + (select count(*) from provider_events where handled_at is null)
        """) > 0;

    // Taken once, credited once.
    private async Task AssertOnceAsync()
    {
        Assert.Equal(_charges, _shop.Stripe.ReadAll("charge").Select(charge => charge["amount"]!.GetValue<long>()));
        Assert.Equal(_charges.Count, _shop.Stripe.ReadAll("payment_intent").Count);
        Assert.Empty(_shop.Stripe.ReadAll("refund"));
        var payments = await PaymentsAsync();
        Assert.Equal(_charges.Count, payments.Count);
        Assert.All(payments, payment => Assert.Equal("succeeded", (string)payment["status"]!));
        Assert.Equal(_credit, await CreditAsync());
        var months = _charges.Count(cents => cents == StripeShop.PriceCents);
        Assert.Equal(months, await _shop.ReadAsync("select count(*) from subscription_cycles where is_paid"));
    }

    private async Task<decimal> CreditAsync() =>
        Audit.Decimal((await Client.GetAsync($"/v1/customers/{_customer}/balance"))["total_remaining"]!);

    private async Task<List<JsonNode>> PaymentsAsync() =>
        [.. (await Client.GetAsync($"/v1/customers/{_customer}/payments?limit=100"))["data"]!.AsArray().Select(payment => payment!)];

    private async Task<JsonNode> SubscriptionAsync() =>
        (await Client.GetAsync($"/v1/customers/{_customer}/subscription"))["subscription"]!;
}
