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

    [Fact]
    public async Task Payment_InReview_IsNamedAndDecided()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var directory = new TemporaryDirectory();
        await using var simulator = await LavaProcess.StartAsync(new Dictionary<string, string>(), "simulate");
        await using var lava = await TestGateway.StartAsync(
            directory, simulator, "--postgres", database + ";Pooling=true", "--test-clock");
        using var api = new LavaClient(lava.Url, LavaFixture.SecretKey);
        var customer = await DeclineAsync(api);
        await using var source = NpgsqlDataSource.Create(database);
        await using var hold = source.CreateCommand(Hold);
        Assert.NotNull(await hold.ExecuteScalarAsync());
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(lava.Url) };
        client.DefaultRequestHeaders.Add("Origin", lava.Url);
        using var signedIn = await PostAsync(client, "/dashboard/sign-in", ("key", LavaFixture.SecretKey));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);

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
