using Lava.Billing.Credits;
using Lava.Postgres;
using Lava.Tests.Billing;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class ExpiryLedgerTests(ApiHost host)
{
    [Fact]
    public async Task Ledger_CreditExpired_ShowsTheExpiryAndTheBalancesAround()
    {
        var id = await host.AddCustomerAsync();
        await host.OkAsync("POST", $"/v1/customers/{id}/credits", """{"amount":"10.00","expires_at":"2199-01-01T00:00:00Z"}""");
        await host.OkAsync("POST", $"/v1/customers/{id}/credits", """{"amount":"2.00"}""");
        var position = await JournalPosition.TakeAsync(host.Source, nodeId: 77, CancellationToken.None);
        var time = new SetTime(new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var expiry = new CreditExpiry(new ExpiryStore(host.Source, position, time), host.Wallets, time);

        await expiry.RunAsync(CancellationToken.None);

        var entry = (await host.OkAsync("GET", $"/v1/customers/{id}/ledger"))["data"][0];
        Assert.Equal(
            """{"kind":"expiry","amount":"-10.0000000000","balance_after":"2.0000000000","created_at":"2199-01-01T00:00:00Z"}""",
            entry.GetRawText());
        var balance = await host.OkAsync("GET", $"/v1/customers/{id}/balance");
        Assert.Equal("2.0000000000", balance["available"].GetString());
        var grants = (await host.OkAsync("GET", $"/v1/customers/{id}/credits"))["data"];
        Assert.Equal("0.0000000000", grants[1].GetProperty("remaining").GetString());
    }
}
