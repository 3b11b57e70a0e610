using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Lava.Testing.Stripe;
using Npgsql;

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
    private readonly string _database;
    private readonly NpgsqlDataSource _source;
    private readonly StripeShop _shop;
    private readonly TimeSpan _limit;
    private readonly List<long> _charges = [StripeShop.PriceCents];
    private string _customer = "";
    private decimal _credit = Included;
    private int _reports;

    private WorkerRounds(string database, StripeShop shop, TimeSpan limit) =>
        (_database, _source, _shop, _limit) = (database, NpgsqlDataSource.Create(database), shop, limit);

    private LavaClient Client => _shop.Client;

    public static async Task<WorkerRounds> StartAsync(string database, TimeSpan limit)
    {
        var rounds = new WorkerRounds(database, await StripeShop.StartAsync(database), limit);
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
        var person = await rounds._shop.InviteAsync("+14155550188", null, StripeShop.Card, (string)plan["plan_id"]!);
        await person.ReachAsync(client, "done");
        rounds._customer = (string)(await client.GetAsync("/v1/checkout_sessions"))["data"]![0]!["customer_id"]!;
        await rounds._shop.Stripe.Webhooks.DeliverAsync();
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
        await RoundAsync(name, point, AdvanceAsync, AdvanceAsync);
        var renewed = await SubscriptionAsync();
        Assert.Equal("paid", (string)renewed["payment_status"]!);
        Assert.NotEqual(end, (string)renewed["cycle_end_at"]!);
    }

    /// <summary>A dollar more is used than there is credit.</summary>
    public async Task IndebtedAsync(string name, ICrashPoint point)
    {
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
    public async Task AssertAsync()
    {
        _shop.Stripe.Webhooks.Deliveries = StandInDeliveries.Twice;
        await _shop.Stripe.Webhooks.DeliverAsync();
        await ThroughAsync();
        await AssertOnceAsync();
        await _shop.AssertProvenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _shop.DisposeAsync();
    }

    private async Task RoundAsync(string name, ICrashPoint point, Func<Task> begin, Func<Task> again)
    {
        try
        {
            await point.PassAsync(_shop, _database, begin, _limit);
            await _shop.StartAsync();
            await EndWaitsAsync();
            await again();
            await ThroughAsync();
            await AssertOnceAsync();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Killed at {name}: {failure.Message}", failure);
        }
    }

    // What a dead process had taken up is taken up again after minutes: they have passed.
    private Task EndWaitsAsync() => ReadAsync(
        """
        update disputes set next_look_at = now() where not is_settled;
        update provider_events set next_attempt_at = now() where handled_at is null;
        select 0::bigint
        """);

    // Until all that is to be charged was opened, everything that is open has ended, and credit is where it belongs.
    private async Task ThroughAsync()
    {
        using var limit = new CancellationTokenSource(_limit);
        while (await IsOpenAsync() || await CreditAsync() != _credit || (await PaymentsAsync()).Count < _charges.Count)
        {
            Assert.False(
                limit.IsCancellationRequested,
                $"open: {await IsOpenAsync()}, {await CreditAsync()} of credit for {_credit}, {(await PaymentsAsync()).Count} payments");
            await Task.Delay(20);
        }
    }

    private async Task<bool> IsOpenAsync() => await ReadAsync(
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
        Assert.Equal(months, await ReadAsync("select count(*) from subscription_cycles where is_paid"));
    }

    private async Task<decimal> CreditAsync() =>
        Audit.Decimal((await Client.GetAsync($"/v1/customers/{_customer}/balance"))["total_remaining"]!);

    private async Task<List<JsonNode>> PaymentsAsync() =>
        [.. (await Client.GetAsync($"/v1/customers/{_customer}/payments?limit=100"))["data"]!.AsArray().Select(payment => payment!)];

    private async Task<JsonNode> SubscriptionAsync() =>
        (await Client.GetAsync($"/v1/customers/{_customer}/subscription"))["subscription"]!;

    private async Task<long> ReadAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
