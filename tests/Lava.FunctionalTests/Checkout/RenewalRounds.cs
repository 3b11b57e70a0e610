using System.Text.Json.Nodes;
using Lava.FunctionalTests.Faults;
using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// A subscription of 25 dollars a month for 20 of credit. Each month its card is declined, and its customer pays on a page with another
/// card, over a kill.
/// </summary>
internal sealed class RenewalRounds : IAsyncDisposable
{
    private const string Phone = "+14155550199";
    private const string DeclinedWhenCharged = "pm_card_chargeCustomerFail";

    // Another one each month: the one before is on file, and declined.
    private static readonly string[] Cards = [StripeShop.Card, "5555555555554444"];
    private readonly string _database;
    private readonly StripeShop _shop;
    private readonly TimeSpan _limit;
    private string _customer = "";
    private int _rounds;

    private RenewalRounds(string database, StripeShop shop, TimeSpan limit) => (_database, _shop, _limit) = (database, shop, limit);

    public static async Task<RenewalRounds> StartAsync(string database, TimeSpan limit)
    {
        var rounds = new RenewalRounds(database, await StripeShop.StartAsync(database), limit);
        var person = await rounds._shop.InviteAsync(Phone, null, Cards[0]);
        await person.ReachAsync(rounds._shop.Client, "done");
        rounds._customer = (string)(await rounds._shop.Client.GetAsync("/v1/checkout_sessions"))["data"]![0]!["customer_id"]!;
        return rounds;
    }

    /// <summary>A month goes by; the renewal is declined; its customer presses Pay, and once more when the server is back.</summary>
    public async Task PaidAsync(string name, ICrashPoint point)
    {
        try
        {
            _rounds++;
            await DeclineAsync();
            var person = await _shop.InviteAsync(Phone, _customer, Cards[_rounds % Cards.Length]);
            await person.ReachAsync(_shop.Client, "confirm");
            await person.ActAsync(_shop.Client, "choose", new { });
            await person.ReachAsync(_shop.Client, "confirm");
            await point.PassAsync(_shop, _database, () => person.ReachAsync(_shop.Client, "done"), _limit);
            await _shop.StartAsync();
            await person.ReachAsync(_shop.Client, "done");
            await AssertRenewedAsync();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Killed at {name}: {failure.Message}", failure);
        }
    }

    /// <summary>All that Stripe has to tell is told twice: nothing changes. The books hold.</summary>
    public async Task AssertAsync()
    {
        _shop.Stripe.Webhooks.Deliveries = Testing.Stripe.StandInDeliveries.Twice;
        await _shop.Stripe.Webhooks.DeliverAsync();
        await AssertRenewedAsync();
        await _shop.AssertProvenAsync();
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    private async Task DeclineAsync()
    {
        foreach (var card in _shop.Stripe.ReadAll("payment_method"))
        {
            _shop.Stripe.Change((string)card["id"]!, found => found["stand_in_token"] = DeclinedWhenCharged);
        }

        await _shop.Client.PostAsync("/v1/test_clock/advance", new { to = (string)(await SubscriptionAsync())["cycle_end_at"]! });
        Assert.Equal("past_due", (string)(await SubscriptionAsync())["payment_status"]!);
    }

    // Taken once, credited once, renewed once, for each month.
    private async Task AssertRenewedAsync()
    {
        var charges = _shop.Stripe.ReadAll("charge");
        Assert.Equal(_rounds + 1, charges.Count);
        Assert.All(charges, charge => Assert.Equal(StripeShop.PriceCents, charge["amount"]!.GetValue<long>()));
        Assert.Empty(_shop.Stripe.ReadAll("refund"));
        var payments = (await _shop.Client.GetAsync($"/v1/customers/{_customer}/payments?limit=100"))["data"]!.AsArray();
        Assert.Equal(_rounds + 1, payments.Count);
        Assert.All(payments, payment => Assert.Equal("succeeded", (string)payment!["status"]!));
        var balance = await _shop.Client.GetAsync($"/v1/customers/{_customer}/balance");
        Assert.Equal(20m, Audit.Decimal(balance["cycle_remaining"]!));
        Assert.Equal(20m, Audit.Decimal(balance["available"]!));
        Assert.Equal("paid", (string)(await SubscriptionAsync())["payment_status"]!);
        await using var source = NpgsqlDataSource.Create(_database);
        await using var paid = source.CreateCommand("select count(*) from subscription_cycles where is_paid");
        Assert.Equal(_rounds + 1L, await paid.ExecuteScalarAsync());
    }

    private async Task<JsonNode> SubscriptionAsync() =>
        (await _shop.Client.GetAsync($"/v1/customers/{_customer}/subscription"))["subscription"]!;
}
