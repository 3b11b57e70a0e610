using System.Net;
using System.Text.RegularExpressions;
using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;
using Npgsql;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>A payment that a person must decide: the overview names it, its page has the ways out.</summary>
[Collection(DashboardCollection.Name)]
public sealed partial class DashboardReviewTests(FaultServer postgres)
{
    private const string Hold =
        """
        update payments set status = 5, next_attempt_at = null, ended_at = now(), review = 'Another amount was taken <b>'
        where status = 0 returning payment_id
        """;

    private const string HoldTen =
        """
        insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, status, attempts, is_automatic,
          created_at, ended_at, review)
        select gen_random_uuid(), merchant_id, customer_id, wallet_id, 4, 1, 0, 0, 5, 1, false, now(), now(), 'why'
        from payments cross join generate_series(1, 10) where status = 5
        """;

    [Fact]
    public Task Payment_InReview_IsNamedAndDecided() => RunAsync(async (api, client, source) =>
    {
        var customer = await DeclineAsync(api);
        await using var hold = source.CreateCommand(Hold);
        Assert.NotNull(await hold.ExecuteScalarAsync());

        var overview = await client.GetStringAsync(new Uri("/dashboard/test/overview", UriKind.Relative));
        Assert.Contains("must be looked at: money may have been taken", overview, StringComparison.Ordinal);
        var address = PaymentPattern().Match(overview).Value;
        Assert.Contains(customer, address, StringComparison.Ordinal);
        var page = await client.GetStringAsync(new Uri(address, UriKind.Relative));
        Assert.Contains("Another amount was taken &lt;b&gt;", page, StringComparison.Ordinal);
        var token = TokenPattern().Match(page).Groups[1].Value;
        Assert.NotEmpty(token);
        using (var other = await PostAsync(client, $"{address}/review/nothing", ("_form", token)))
        {
            Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        }

        using var decided = await PostAsync(client, $"{address}/review/refund", ("_form", token));
        Assert.Equal($"{address}?done=decided", decided.Headers.Location?.ToString());
        Assert.Equal("failed", (string?)(await api.GetAsync($"/v1/payments/{address.Split('/')[^1]}"))["status"]);
        page = await client.GetStringAsync(new Uri(address, UriKind.Relative));
        Assert.DoesNotContain("Decide what becomes of it", page, StringComparison.Ordinal);
    });

    [Fact]
    public Task Payments_MoreThanTheOverviewHasLinesFor_AreFoundByTheirCustomers() => RunAsync(async (api, client, source) =>
    {
        var customer = await DeclineAsync(api);
        var paying = (string)(await api.PostAsync("/v1/customers", new { reference_id = "bob" }))["customer_id"]!;
        var unpaid = new Uri("/dashboard/test/customers?state=unpaid", UriKind.Relative);
        await AssertListedAsync();

        foreach (var change in new[] { Hold, HoldTen })
        {
            await using var command = source.CreateCommand(change);
            await command.ExecuteNonQueryAsync();
        }

        var overview = await client.GetStringAsync(new Uri("/dashboard/test/overview", UriKind.Relative));
        Assert.Contains($"<a href=\"{unpaid}\">1 more</a> failed", overview, StringComparison.Ordinal);
        await AssertListedAsync();

        async Task AssertListedAsync()
        {
            var list = await client.GetStringAsync(unpaid);
            Assert.Contains("payment failed (1)", list, StringComparison.Ordinal);
            Assert.Contains($"/customers/{customer}\"", list, StringComparison.Ordinal);
            Assert.DoesNotContain(paying, list, StringComparison.Ordinal);
        }
    });

    private async Task RunAsync(Func<LavaClient, HttpClient, NpgsqlDataSource, Task> test)
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", database + ";Pooling=true", "--test-clock");
        using var api = new LavaClient(lava.Url, LavaFixture.SecretKey);
        using var client = await SignInAsync(lava.Url);
        await using var source = NpgsqlDataSource.Create(database);
        await test(api, client, source);
    }

    private static async Task<HttpClient> SignInAsync(string url)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Add("Origin", url);
        using var signedIn = await PostAsync(client, "/dashboard/sign-in", ("key", LavaFixture.SecretKey));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        return client;
    }

    private static async Task<string> DeclineAsync(LavaClient api)
    {
        var customer = (string)(await api.PostAsync("/v1/customers", new { reference_id = "ada" }))["customer_id"]!;
        var plan = (string)(await api.PostAsync(
            "/v1/plans", new { name = "Small", period_amount = "20.00", billing_interval = "month" }))["plan_id"]!;
        await api.PostAsync($"/v1/customers/{customer}/payment_methods", new { token = "pm_card_visa" });
        await api.PostAsync("/v1/subscriptions", new { customer_id = customer, plan_id = plan });
        await api.PostAsync(
            $"/v1/customers/{customer}/payment_methods", new { token = "pm_card_chargeCustomerFail", is_default = true });
        await api.PostAsync("/v1/test_clock/advance", new { to = DateTimeOffset.UtcNow.AddDays(32) });
        return customer;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, params (string Name, string Value)[] fields) =>
        client.PostAsync(
            new Uri(path, UriKind.Relative),
            new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    [GeneratedRegex("/dashboard/test/customers/[^/\"]+/payments/[^\"?]+")]
    private static partial Regex PaymentPattern();

    [GeneratedRegex("name=\"_form\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
