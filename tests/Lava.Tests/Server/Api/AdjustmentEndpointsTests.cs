using System.Net;
using System.Text;
using System.Text.Json;
using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class AdjustmentEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Refund_OfAGrant_ReachesBalanceGrantLedgerAndList()
    {
        var (id, grant) = await AddCustomerAsync("25");

        var answer = await PostAsync(id, $$"""{"kind":"refund","amount":"5.00","reason":"not wanted","grant_id":"{{grant}}"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["adjustment_id", "customer_id", "kind", "amount", "reason", "grant_id", "created_at"], answer.Names);
        Assert.Matches("^adj_test_[0-9A-Z]{26}$", answer["adjustment_id"].GetString());
        Assert.Equal("5.0000000000", answer["amount"].GetString());
        Assert.Equal(grant, answer["grant_id"].GetString());
        Assert.Equal("20.0000000000", await AvailableAsync(id));
        Assert.Equal("20.0000000000", (await FirstAsync(id, "credits")).GetProperty("remaining").GetString());
        Assert.Equal(answer.Text, (await FirstAsync(id, "adjustments")).GetRawText());
        var entry = await FirstAsync(id, "ledger");
        Assert.Equal("refund", entry.GetProperty("kind").GetString());
        Assert.Equal("-5.0000000000", entry.GetProperty("amount").GetString());
        Assert.Equal("20.0000000000", entry.GetProperty("balance_after").GetString());
        Assert.Equal(answer["adjustment_id"].GetString(), entry.GetProperty("adjustment_id").GetString());
        Assert.False(entry.TryGetProperty("grant_id", out _));
    }

    [Fact]
    public async Task Correction_DownAndUp_ShowsDebtAndThenCredit()
    {
        var (id, _) = await AddCustomerAsync("1");

        await OkAsync(id, """{"kind":"correction","amount":"-3","reason":"billed too little"}""");
        var balance = await host.OkAsync("GET", $"/v1/customers/{id}/balance");
        Assert.Equal("-2.0000000000", balance["total_remaining"].GetString());
        Assert.Equal("0.0000000000", balance["granted_remaining"].GetString());

        await OkAsync(id, """{"kind":"correction","amount":"3","reason":"it was right"}""");
        Assert.Equal("1.0000000000", await AvailableAsync(id));
        var credit = await FirstAsync(id, "credits");
        Assert.Equal("correction", credit.GetProperty("origin").GetString());
        Assert.Equal("1.0000000000", credit.GetProperty("remaining").GetString());
    }

    [Fact]
    public async Task Correction_OfARequest_NamesIt()
    {
        var (id, _) = await AddCustomerAsync("1");
        var request = await host.AddRequestAsync(id);
        var body = $$"""{"kind":"correction","amount":"0.5","reason":"failed call","request_id":"{{request}}"}""";

        var answer = await OkAsync(id, body);

        Assert.Equal(request, answer["request_id"].GetString());
        var (other, _) = await AddCustomerAsync("1");
        await AssertFieldsAsync(other, body, "request_id");
    }

    [Fact]
    public async Task Debt_WrittenOff_GivesWhatWasOwedAndNoMore()
    {
        var (id, _) = await AddCustomerAsync("1");
        await OkAsync(id, """{"kind":"correction","amount":"-3","reason":"billed too little"}""");

        var answer = await OkAsync(id, """{"kind":"debt","amount":"100","reason":"goodwill"}""");

        Assert.Equal("2.0000000000", answer["amount"].GetString());
        Assert.Equal("0.0000000000", await AvailableAsync(id));
        Assert.Equal("debt", (await FirstAsync(id, "ledger")).GetProperty("kind").GetString());
        await AssertFieldsAsync(id, """{"kind":"debt","amount":"100","reason":"goodwill"}""", "kind");
    }

    [Fact]
    public async Task Adjust_SameKey_HappensOnceAndConflictsOnOtherContent()
    {
        var (id, grant) = await AddCustomerAsync("10");
        var body = $$"""{"kind":"refund","amount":"5","reason":"a","grant_id":"{{grant}}","idempotency_key":"k"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OkAsync(id, body)));

        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal("5.0000000000", await AvailableAsync(id));
        foreach (var (old, other) in new[] { ("\"5\"", "\"4\""), ("\"a\"", "\"b\""), ("\"k\"", "\"k\",\"remaining_only\":true") })
        {
            var conflict = await PostAsync(id, body.Replace(old, other));
            Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
            Assert.Equal("request_conflict", conflict.ErrorCode);
        }
    }

    [Fact]
    public async Task Refund_MoreThanThereIs_SaysHowMuchThereIs()
    {
        var (id, grant) = await AddCustomerAsync("10");
        await OkAsync(id, """{"kind":"correction","amount":"-4","reason":"spent"}""");

        var spent = await PostAsync(
            id, $$"""{"kind":"refund","amount":"7","reason":"a","grant_id":"{{grant}}","remaining_only":true}""");
        Assert.Contains("leave out remaining_only", spent.Message, StringComparison.Ordinal);
        var more = await PostAsync(id, $$"""{"kind":"refund","amount":"10.01","reason":"a","grant_id":"{{grant}}"}""");
        Assert.Contains("at most 10.0000000000", more.Message, StringComparison.Ordinal);
        Assert.Equal("6.0000000000", await AvailableAsync(id));
        await OkAsync(id, $$"""{"kind":"refund","amount":"6","reason":"a","grant_id":"{{grant}}","remaining_only":true}""");
        Assert.Equal("0.0000000000", await AvailableAsync(id));
    }

    [Fact]
    public async Task Ledger_OfEveryOrigin_NamesItsGrant()
    {
        var (id, _) = await AddCustomerAsync("1");
        foreach (var (origin, name) in new[] { (CreditOrigin.Purchase, "purchase"), (CreditOrigin.CycleCredit, "cycle_credit") })
        {
            Assert.True(host.Dependencies.Accounts.Current.TryFindCustomer(host.Merchant.Id, Encoding.UTF8.GetBytes(id), out var customer));
            var given = await host.Dependencies.Grants.GiveAsync(
                new NewGrant
                {
                    Id = Ids.New(TimeProvider.System),
                    MerchantId = host.Merchant.Id,
                    CustomerId = customer.Id,
                    WalletId = customer.WalletId,
                    Origin = origin,
                    Amount = Money.FromDollars(2),
                    Fingerprint = Guid.Empty,
                },
                CancellationToken.None);
            var entry = await FirstAsync(id, "ledger");
            Assert.Equal(name, entry.GetProperty("kind").GetString());
            Assert.Equal(Ids.Format(IdPrefix.Grant, true, given.Grant!.Id), entry.GetProperty("grant_id").GetString());
            Assert.Equal(name, (await FirstAsync(id, "credits")).GetProperty("origin").GetString());
        }
    }

    [Fact]
    public async Task List_Pages_GivesEachOnceNewestFirst()
    {
        var (id, _) = await AddCustomerAsync("1");
        for (var i = 1; i <= 5; i++)
        {
            await OkAsync(id, $$"""{"kind":"correction","amount":"{{i}}","reason":"r"}""");
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.OkAsync("GET", $"/v1/customers/{id}/adjustments?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page["data"].EnumerateArray().Select(item => item.GetProperty("amount").GetString()![..1]));
            cursor = page["next_cursor"].GetString();
        }
        while (cursor is not null);

        Assert.Equal(["5", "4", "3", "2", "1"], seen);
    }

    [Theory]
    [InlineData("{}", "kind", "amount", "reason")]
    [InlineData("""{"kind":"gift","amount":"1","reason":"r"}""", "kind")]
    [InlineData("""{"kind":"correction","amount":"0","reason":"r"}""", "amount")]
    [InlineData("""{"kind":"correction","amount":5,"reason":"r"}""", "amount")]
    [InlineData("""{"kind":"correction","amount":"-1000000.01","reason":"r"}""", "amount")]
    [InlineData("""{"kind":"debt","amount":"-1","reason":"r"}""", "amount")]
    [InlineData("""{"kind":"refund","amount":"-1","reason":"r","grant_id":"grt_test_00000000000000000000000000"}""", "amount")]
    [InlineData("""{"kind":"correction","amount":"1","reason":null}""", "reason")]
    [InlineData("""{"kind":"correction","amount":"1","reason":"a\nb"}""", "reason")]
    [InlineData("""{"kind":"refund","amount":"1","reason":"r"}""", "grant_id")]
    [InlineData("""{"kind":"refund","amount":"1","reason":"r","grant_id":"con_x"}""", "grant_id")]
    [InlineData("""{"kind":"refund","amount":"1","reason":"r","grant_id":"grt_test_00000000000000000000000000"}""", "grant_id")]
    [InlineData("""{"kind":"correction","amount":"1","reason":"r","grant_id":"grt_test_00000000000000000000000000"}""", "grant_id")]
    [InlineData("""{"kind":"correction","amount":"1","reason":"r","remaining_only":true}""", "remaining_only")]
    [InlineData("""{"kind":"correction","amount":"1","reason":"r","remaining_only":"yes"}""", "remaining_only")]
    [InlineData("""{"kind":"debt","amount":"1","reason":"r","request_id":"req_1"}""", "request_id")]
    [InlineData("""{"kind":"correction","amount":"1","reason":"r","request_id":"req_1"}""", "request_id")]
    [InlineData("""{"kind":"correction","amount":"1","reason":"r","idempotency_key":""}""", "idempotency_key")]
    public async Task Adjust_BadField_NamesIt(string body, params string[] fields)
    {
        var (id, _) = await AddCustomerAsync("1");

        await AssertFieldsAsync(id, body, fields);
        Assert.Equal("1.0000000000", await AvailableAsync(id));
    }

    [Fact]
    public async Task Adjust_AnotherMerchantsCustomer_IsNotFound()
    {
        var (id, _) = await AddCustomerAsync("1");

        var answer = await host.SendAsync(
            "POST", $"/v1/customers/{id}/adjustments", """{"kind":"correction","amount":"1","reason":"r"}""", host.OtherKey);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    private async Task<(string Id, string Grant)> AddCustomerAsync(string credit)
    {
        var id = await host.AddCustomerAsync();
        var grant = await host.OkAsync("POST", $"/v1/customers/{id}/credits", $$"""{"amount":"{{credit}}"}""");
        return (id, grant["grant_id"].GetString()!);
    }

    private Task<ApiAnswer> PostAsync(string id, string body) => host.SendAsync("POST", $"/v1/customers/{id}/adjustments", body);

    private Task<ApiAnswer> OkAsync(string id, string body) => host.OkAsync("POST", $"/v1/customers/{id}/adjustments", body);

    private async Task AssertFieldsAsync(string id, string body, params string[] fields)
    {
        var answer = await PostAsync(id, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(fields, answer.ErrorFields);
    }

    private async Task<JsonElement> FirstAsync(string id, string list) =>
        (await host.OkAsync("GET", $"/v1/customers/{id}/{list}"))["data"][0];

    private async Task<string?> AvailableAsync(string id) =>
        (await host.OkAsync("GET", $"/v1/customers/{id}/balance"))["available"].GetString();
}
