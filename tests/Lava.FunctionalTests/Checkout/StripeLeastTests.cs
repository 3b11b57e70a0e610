using System.Net;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Billing;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>Where Stripe charges: nothing below half a dollar is offered or asked for; what a person must look at is a metric.</summary>
[Collection(CheckoutCollection.Name)]
public sealed class StripeLeastTests(FaultServer postgres)
{
    private static readonly object Month = new { name = "Pro", billing_interval = "month", included_credit = "0", period_amount = "25" };

    [Fact]
    public async Task BelowHalfADollar_IsNeitherOfferedNorAskedFor()
    {
        await using var shop = await StripeShop.StartAsync(await postgres.CreateDatabaseAsync());
        foreach (var (small, least) in new[]
        {
            ("""{"period_amount":"0.49"}""", """{"period_amount":"0.50"}"""),
            ("""{"credit_bundles":[{"name":"b","cost":"0.49","credit_amount":"1"}]}""",
                """{"credit_bundles":[{"name":"b","cost":"0.5","credit_amount":"1"}]}"""),
            ("""{"overage_mode":"auto_charge","overage_limit":"0.49"}""", """{"overage_mode":"auto_charge","overage_limit":"0.5"}"""),
            ("""{"overage_mode":"auto_charge","overage_limit":"5","overage_increment":"0.49"}""",
                """{"overage_mode":"auto_charge","overage_limit":"5","overage_increment":"0.5"}"""),
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, await shop.Client.StatusAsync("/v1/plans", With(small)));
            Assert.Equal(HttpStatusCode.Created, await shop.Client.StatusAsync("/v1/plans", With(least)));
        }

        var person = await shop.InviteAsync();
        await person.ReachAsync(shop.Client, "done");
        var customer = (string)(await shop.Client.GetAsync("/v1/customers"))["data"]![0]!["customer_id"]!;
        var present = await shop.Client.GetAsync($"/v1/customers/{customer}/subscription");
        var subscription = (string)present["subscription"]!["subscription_id"]!;
        var dearer = (string)(await shop.Client.PostAsync(
            "/v1/plans", new { name = "More", period_amount = "25.4", included_credit = "21", billing_interval = "month" }))["plan_id"]!;

        var preview = await shop.Client.PostAsync($"/v1/subscriptions/{subscription}/change", new { plan_id = dearer, preview = true });
        var changed = await shop.Client.PostAsync($"/v1/subscriptions/{subscription}/change", new { plan_id = dearer });

        // The cycle has just begun: nearly all of a dollar of credit, for nearly all of forty cents.
        Assert.Equal(0m, Audit.Decimal(preview["proration"]!["amount"]!));
        Assert.InRange(Audit.Decimal(changed["proration"]!["credit"]!), 0.59m, 0.6m);
        var balance = await shop.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.InRange(Audit.Decimal(balance["cycle_remaining"]!), 20.59m, 20.6m);
        Assert.Single(shop.Stripe.ReadAll("payment_intent"));
        Assert.Single((await shop.Client.GetAsync($"/v1/customers/{customer}/payments"))["data"]!.AsArray());
        await shop.AssertProvenAsync();
    }

    // The figures are taken once a minute.
    [LongFact]
    public async Task WhatAPersonMustLookAt_IsCounted()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var shop = await StripeShop.StartAsync(database);
        await (await shop.InviteAsync()).ReachAsync(shop.Client, "done");
        await CountedAsync(shop, held: 0, givenUp: 0);
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await using var hold = source.CreateCommand(
                """
                insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, is_automatic, status,
                  review, created_at, ended_at)
                select gen_random_uuid(), merchant_id, customer_id, wallet_id, 5, 10000000000, 0, 0, false, 5, 'amount', now(), now()
                from customers where not is_draft;
                insert into provider_events (provider, event_id, kind, object_reference, created_at, received_at, handled_at, error)
                values (1, 'evt_1', 'charge.refunded', 'ch_1', now(), now(), now(), 'given_up'),
                  (1, 'evt_2', 'charge.refunded', 'ch_2', now(), now(), now(), 'given_up'),
                  (1, 'evt_3', 'charge.refunded', 'ch_3', now(), now(), now(), null)
                """);
            await hold.ExecuteNonQueryAsync();
        }

        await CountedAsync(shop, held: 1, givenUp: 2);
    }

    private static Task CountedAsync(StripeShop shop, int held, int givenUp) => BilledCustomer.UntilAsync(async () =>
    {
        var lines = (await shop.Client.Http.GetStringAsync($"{shop.Client.Url}/metrics")).Split('\n');
        return lines.Contains($"lava_payments_held {held}") && lines.Contains($"lava_provider_events_given_up {givenUp}");
    });

    private static JsonObject With(string fields)
    {
        var plan = System.Text.Json.JsonSerializer.SerializeToNode(Month)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject())
        {
            plan[name] = value?.DeepClone();
        }

        return plan;
    }
}
