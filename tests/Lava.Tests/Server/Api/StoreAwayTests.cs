using System.Net;

namespace Lava.Tests.Server.Api;

public sealed class StoreAwayTests
{
    [Fact]
    public async Task AnyCall_PostgresAway_IsUnavailableButBalanceAnswers()
    {
        var host = new ApiHost();
        await host.InitializeAsync();
        try
        {
            var customer = await host.AddCustomerAsync();
            await host.StopPostgresAsync();

            await AssertUnavailableAsync(host, "GET", "/v1/customers", null);
            await AssertUnavailableAsync(host, "POST", "/v1/customers", "{}");
            await AssertUnavailableAsync(host, "POST", $"/v1/customers/{customer}/credits", """{"amount":"1"}""");
            await AssertUnavailableAsync(
                host, "POST", $"/v1/customers/{customer}/adjustments", """{"kind":"correction","amount":"1","reason":"r"}""");
            await AssertUnavailableAsync(host, "GET", "/v1/usage?start=2026-01-01", null);
            await host.OkAsync("GET", $"/v1/customers/{customer}/balance");
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task AssertUnavailableAsync(ApiHost host, string method, string path, string? body)
    {
        var answer = await host.SendAsync(method, path, body);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("store_unavailable", answer.ErrorCode);
    }
}
