using System.Globalization;
using System.Text.Json;
using Lava.Billing.Payments;
using Lava.Core;
using Lava.Postgres.Verification;

namespace Lava.Tests.Server.Api;

/// <summary>A customer's year, told in a table: what is done on a day, and every entry that the ledger has in the end.</summary>
[Collection(ApiCollection.Name)]
public sealed class SubscriptionYearTests(ApiHost host)
{
    /// <summary>Kind, amount and balance after it, oldest first; written by hand.</summary>
    private static readonly string[] Ledger =
    [
        // 10 January: 5 granted, expiring in June; then the small plan, 20 for 20 a month.
        "2031-01-10 grant 5 5",
        "2031-01-10 cycle_credit 20 25",

        // Spent within the cycle: the plan's credit goes first, then 2 of what was granted.
        "spent -22 3",

        // The second cycle. Nothing was left of the first one's credit.
        "2031-02-10 cycle_credit 20 23",

        // 24 February: half of a cycle of 28 days is left. The large plan costs 60 and brings 50: 30 / 2 more.
        "2031-02-24 cycle_credit 15 38",
        "spent -10 28",

        // The large plan carries over.
        "2031-03-10 cycle_credit 50 78",

        // April is declined: no credit, and what is left stays usable. May is paid again.
        "spent -70 8",
        "2031-05-10 cycle_credit 50 58",

        // 1 June: what is left of the grant lapses; it was not touched, for the plan's credit goes first.
        "2031-06-01 expiry -3 55",

        // June begins with the small plan: the large one's credit carried over into it.
        "2031-06-10 cycle_credit 20 75",

        // The small plan's rest lapses at its end, with all that had come into it.
        "2031-07-10 cycle_credit 20 95",
        "2031-07-10 expiry -75 20",

        // Cancelled in July: it ends with the cycle, and the credit with it.
        "2031-08-10 expiry -20 0",
    ];

    [Fact]
    public async Task Year_OfOneCustomer_LeavesTheLedgerOfTheTable()
    {
        var (_, key) = await host.AddMerchantAsync(isTest: true);
        await AdvanceAsync("2031-01-10T00:00:00Z");
        var customer = await host.AddCustomerAsync(key: key);
        var small = await PlanAsync("20", "20", "none");
        var large = await PlanAsync("60", "50", "full");
        await SendAsync($"/v1/customers/{customer}/credits", """{"amount":"5","expires_at":"2031-06-01T00:00:00Z"}""");
        var id = (await SendAsync("/v1/subscriptions", $$"""{"customer_id":"{{customer}}","plan_id":"{{small}}"}"""))
            .GetProperty("subscription").GetProperty("subscription_id").GetString();
        await SpendAsync(22);
        await AdvanceAsync("2031-02-24T00:00:00Z");
        await SendAsync($"/v1/subscriptions/{id}/change", $$"""{"plan_id":"{{large}}"}""");
        await SpendAsync(10);
        await AdvanceAsync("2031-03-15T00:00:00Z");
        host.Payments.Decline(customer);
        await AdvanceAsync("2031-04-15T00:00:00Z");
        await SpendAsync(70);
        host.Payments.Answer(customer, PaymentStatus.Succeeded);
        await AdvanceAsync("2031-05-20T00:00:00Z");
        await SendAsync($"/v1/subscriptions/{id}/change", $$"""{"plan_id":"{{small}}"}""");
        await AdvanceAsync("2031-07-20T00:00:00Z");
        await host.OkAsync("DELETE", $"/v1/subscriptions/{id}", key: key);
        await AdvanceAsync("2032-01-10T00:00:00Z");

        var page = await host.OkAsync("GET", $"/v1/customers/{customer}/ledger?limit=100", key: key);
        Assert.Equal(Ledger, page["data"].EnumerateArray().Reverse().Select(Line));
        Assert.Equal(
            [
                "Subscription 20.0000000000", "Renewal 20.0000000000", "Upgrade 20.0000000000", "Renewal 60.0000000000",
                "Renewal 60.0000000000", "Renewal 20.0000000000", "Renewal 20.0000000000",
            ],
            host.Payments.ChargedTo(customer));
        await VerifyAsync();

        async Task<JsonElement> SendAsync(string path, string body) => (await host.OkAsync("POST", path, body, key)).Json;

        Task<JsonElement> AdvanceAsync(string to) => SendAsync("/v1/test_clock/advance", $$"""{"to":"{{to}}"}""");

        // A correction downwards burns credit as a call does; its time is the real one.
        Task<JsonElement> SpendAsync(int dollars) => SendAsync(
            $"/v1/customers/{customer}/adjustments", $$"""{"kind":"correction","amount":"-{{dollars}}","reason":"spent"}""");

        async Task<string> PlanAsync(string price, string credit, string rollover) => (await SendAsync(
            "/v1/plans",
            $$"""
            {"name":"Plan","period_amount":"{{price}}","included_credit":"{{credit}}","billing_interval":"month",
            "rollover_type":"{{rollover}}"}
            """)).GetProperty("plan_id").GetString()!;
    }

    private static string Line(JsonElement entry)
    {
        var kind = entry.GetProperty("kind").GetString();
        var when = kind == "correction" ? "spent" : $"{entry.GetProperty("created_at").GetString()![..10]} {kind}";
        return $"{when} {Short(entry, "amount")} {Short(entry, "balance_after")}";
    }

    private static string Short(JsonElement entry, string name) =>
        (Money.Parse(entry.GetProperty(name).GetString()!).Units / Money.UnitsPerDollar).ToString(CultureInfo.InvariantCulture);

    private async Task VerifyAsync()
    {
        await using var connection = await host.Source.OpenConnectionAsync();
        SqlCheck[] checks =
        [
            CreditChecks.Remaining, CreditChecks.Grants, CreditChecks.TakenBack, CreditChecks.Expiries, SubscriptionChecks.Overlaps,
            SubscriptionChecks.Present, SubscriptionChecks.Credit,
        ];
        foreach (var check in checks)
        {
            var result = Assert.Single(await check.RunAsync(connection, CancellationToken.None));
            Assert.True(result.IsProven, $"{result.Name}: {string.Join("; ", result.First)}");
        }
    }
}
