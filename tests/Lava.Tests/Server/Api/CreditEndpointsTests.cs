using System.Net;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class CreditEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Grant_Credit_ReachesWalletLedgerAndList()
    {
        var id = await host.AddCustomerAsync();

        var answer = await host.SendAsync(
            "POST", $"/v1/customers/{id}/credits", """{"amount":"25.00","reason":"welcome","expires_at":"2199-01-01T00:00:00+01:00"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["grant_id", "customer_id", "origin", "amount", "remaining", "reason", "expires_at", "created_at"], answer.Names);
        Assert.Matches("^grt_test_[0-9A-Z]{26}$", answer["grant_id"].GetString());
        Assert.Equal("25.0000000000", answer["remaining"].GetString());
        Assert.Equal("2198-12-31T23:00:00Z", answer["expires_at"].GetString());
        var balance = await host.OkAsync("GET", $"/v1/customers/{id}/balance");
        Assert.Equal(
            $$"""
            {"customer_id":"{{id}}","available":"25.0000000000","reserved":"0.0000000000",
            "total_remaining":"25.0000000000","cycle_remaining":"0.0000000000","bundle_remaining":"0.0000000000",
            "granted_remaining":"25.0000000000","overage_remaining":"0.0000000000"}
            """.ReplaceLineEndings(""),
            balance.Text);
        var list = await host.OkAsync("GET", $"/v1/customers/{id}/credits");
        Assert.Equal(answer.Text, list["data"][0].GetRawText());
        var entry = (await host.OkAsync("GET", $"/v1/customers/{id}/ledger"))["data"][0];
        Assert.Equal("grant", entry.GetProperty("kind").GetString());
        Assert.Equal(answer["grant_id"].GetString(), entry.GetProperty("grant_id").GetString());
        Assert.Equal("25.0000000000", entry.GetProperty("balance_after").GetString());
        Assert.False(entry.TryGetProperty("request_id", out _));
    }

    [Fact]
    public async Task Grant_SameKey_GivesOnceAndConflictsOnOtherContent()
    {
        var id = await host.AddCustomerAsync();
        const string Body = """{"amount":"5","reason":"a","idempotency_key":"k"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.OkAsync("POST", $"/v1/customers/{id}/credits", Body)));
        var other = await host.SendAsync("POST", $"/v1/customers/{id}/credits", Body.Replace("\"5\"", "\"6\""));

        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(HttpStatusCode.Conflict, other.Status);
        Assert.Equal("request_conflict", other.ErrorCode);
        Assert.Equal("5.0000000000", (await host.OkAsync("GET", $"/v1/customers/{id}/balance"))["available"].GetString());
    }

    [Fact]
    public async Task Grant_ToADebtor_PaysTheDebtFirst()
    {
        var id = await host.AddCustomerAsync();
        await host.OkAsync("POST", $"/v1/customers/{id}/adjustments", """{"kind":"correction","amount":"-3","reason":"owed"}""");

        var answer = await host.OkAsync("POST", $"/v1/customers/{id}/credits", """{"amount":"5"}""");

        Assert.Equal("5.0000000000", answer["amount"].GetString());
        Assert.Equal("2.0000000000", answer["remaining"].GetString());
        Assert.Equal("2.0000000000", (await host.OkAsync("GET", $"/v1/customers/{id}/balance"))["available"].GetString());
    }

    [Fact]
    public async Task Ledger_Pages_CountTheBalanceBack()
    {
        var id = await host.AddCustomerAsync();
        for (var i = 1; i <= 7; i++)
        {
            await host.OkAsync("POST", $"/v1/customers/{id}/credits", $$"""{"amount":"{{i}}"}""");
        }

        var balances = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.OkAsync("GET", $"/v1/customers/{id}/ledger?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            balances.AddRange(page["data"].EnumerateArray().Select(entry => entry.GetProperty("balance_after").GetString()![..2]));
            cursor = page["next_cursor"].GetString();
        }
        while (cursor is not null);

        Assert.Equal(["28", "21", "15", "10", "6.", "3.", "1."], balances);
    }

    [Fact]
    public async Task Books_AfterGrants_SumToZeroAndEqualTheWallets()
    {
        var id = await host.AddCustomerAsync();
        await host.OkAsync("POST", $"/v1/customers/{id}/credits", """{"amount":"1.0000000001"}""");

        await using var command = host.Source.CreateCommand(
            """
            select count(*) from (
              select transaction_id from ledger_entries where kind = 0 group by 1 having sum(amount) <> 0 or count(*) <> 2) t
            """);
        Assert.Equal(0L, await command.ExecuteScalarAsync());
        await using var wallets = host.Source.CreateCommand(
            """
            select count(*) from wallets w where kind = 4
              and posted <> (select coalesce(sum(amount), 0) from ledger_entries e where e.wallet_id = w.wallet_id)
            """);
        Assert.Equal(0L, await wallets.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("{}", "amount")]
    [InlineData("""{"amount":null}""", "amount")]
    [InlineData("""{"amount":5}""", "amount")]
    [InlineData("""{"amount":"0"}""", "amount")]
    [InlineData("""{"amount":"-1"}""", "amount")]
    [InlineData("""{"amount":"1e3"}""", "amount")]
    [InlineData("""{"amount":"1000000.01"}""", "amount")]
    [InlineData("""{"amount":"0.00000000001"}""", "amount")]
    [InlineData("""{"amount":"1","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"amount":"1","expires_at":7}""", "expires_at")]
    [InlineData("""{"amount":"1","reason":"a\nb"}""", "reason")]
    [InlineData("""{"amount":"1","idempotency_key":""}""", "idempotency_key")]
    public async Task Grant_BadField_NamesIt(string body, string field)
    {
        var id = await host.AddCustomerAsync();

        Assert.Equal([field], (await host.SendAsync("POST", $"/v1/customers/{id}/credits", body)).ErrorFields);
    }
}
