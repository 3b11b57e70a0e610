using System.Net;
using System.Text;
using Lava.Core;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class CustomerEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Create_AllFields_AnswersTheContractsShape()
    {
        var answer = await host.SendAsync(
            "POST",
            "/v1/customers",
            """
            {"reference_id":"usr/1 é","name":"Ada Augusta Lovelace","email":"ada@example.com","phone":"+15551234567",
            "metadata":{"a":[1,{"b":null}]}}
            """);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(
            [
                "customer_id", "reference_id", "contact", "subscription", "metadata", "created_at", "connection_secret", "limits",
                "connection_id",
                "customer", "wallet", "has_lava_credit_balance", "previous_usage_reset", "next_usage_reset",
            ],
            answer.Names);
        Assert.Matches("^con_test_[0-9A-Z]{26}$", answer["customer_id"].GetString());
        Assert.Equal("usr/1 é", answer["reference_id"].GetString());
        Assert.Equal(
            """{"phone":"+15551234567","email":"ada@example.com","first_name":"Ada","last_name":"Augusta Lovelace"}""",
            answer["contact"].GetRawText());
        Assert.Equal("null", answer["subscription"].GetRawText());
        Assert.Equal("""{"a": [1, {"b": null}]}""".Replace(" ", ""), answer["metadata"].GetRawText().Replace(" ", ""));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", answer["created_at"].GetString());
        Assert.True(host.Secrets.TryReadCustomer(Encoding.UTF8.GetBytes(answer["connection_secret"].GetString()!), out var id));
        Assert.Equal(answer["customer_id"].GetString(), Ids.Format(IdPrefix.Customer, true, id));
    }

    [Fact]
    public async Task Create_EmptyBody_MakesACallableCustomerWithAnEmptyWallet()
    {
        var answer = await host.OkAsync("POST", "/v1/customers");

        Assert.Equal("""{"phone":"","email":"","first_name":"","last_name":""}""", answer["contact"].GetRawText());
        Assert.Equal("null", answer["reference_id"].GetRawText());
        Assert.Equal("null", answer["metadata"].GetRawText());
        var id = Encoding.UTF8.GetBytes(answer["customer_id"].GetString()!);
        Assert.True(host.Dependencies.Accounts.Current.TryFindCustomer(host.Merchant.Id, id, out var customer));
        Assert.True(host.Wallets.TryRead(customer.WalletId, out var balance));
        Assert.Equal(Money.Zero, balance.Available);
    }

    [Fact]
    public async Task Create_KnownReference_AnswersTheFirstUnchanged()
    {
        var first = await host.SendAsync("POST", "/v1/customers", """{"reference_id":"same","name":"One"}""");
        var again = await host.SendAsync("POST", "/v1/customers", """{"reference_id":"same","name":"Two"}""");

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task Create_SameReferenceAtOnce_MakesOneCustomer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            host.OkAsync("POST", "/v1/customers", """{"reference_id":"race"}""")));

        Assert.Single(answers.Select(answer => answer["customer_id"].GetString()).Distinct());
    }

    [Theory]
    [InlineData("""{"reference_id":"con_1"}""", "reference_id")]
    [InlineData("""{"reference_id":""}""", "reference_id")]
    [InlineData("""{"reference_id":5}""", "reference_id")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"name":"a\r"}""", "name")]
    [InlineData("""{"name":"a\u0000"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    [InlineData("""{"name":["x"]}""", "name")]
    [InlineData("""{"email":"nobody"}""", "email")]
    [InlineData("""{"email":"a@b"}""", "email")]
    [InlineData("""{"phone":"5551234567"}""", "phone")]
    [InlineData("""{"phone":"+0555"}""", "phone")]
    [InlineData("""{"metadata":[]}""", "metadata")]
    [InlineData("""{"metadata":"x"}""", "metadata")]
    [InlineData("""{"metadata":{"a":{"b":["\u0000"]}}}""", "metadata")]
    [InlineData("""{"metadata":{"a\nb":1}}""", "metadata")]
    [InlineData("""{"metadata":{"n":1e99999}}""", "metadata")]
    [InlineData("""{"metadata":{"n":1e99999999999}}""", "metadata")]
    public async Task Create_BadField_NamesIt(string body, string field)
    {
        var answer = await host.SendAsync("POST", "/v1/customers", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("invalid_parameter", answer.ErrorCode);
        Assert.Equal([field], answer.ErrorFields);
        Assert.StartsWith(field, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_SeveralBadFields_NamesAll()
    {
        var tooLong = new string('x', 256);
        var body = $$"""
            {"reference_id":"{{tooLong}}","name":"{{tooLong}}","email":1,"phone":"x","metadata":{"a":"{{new string('y', 16384)}}" } }
            """;

        var answer = await host.SendAsync("POST", "/v1/customers", body);

        Assert.Equal(["reference_id", "name", "email", "phone", "metadata"], answer.ErrorFields);
        Assert.Equal(400, answer["error"].GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Get_ByReferenceWithSlash_FindsEncodedAndPlain()
    {
        var id = await host.AddCustomerAsync("""{"reference_id":"team/7 x"}""");

        Assert.Equal(id, (await host.OkAsync("GET", "/v1/customers/team%2F7%20x"))["customer_id"].GetString());
        Assert.Equal(id, (await host.OkAsync("GET", $"/v1/customers/{id}"))["customer_id"].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", "/v1/customers/team/7%20x")).Status);
    }

    [Fact]
    public async Task Update_NullAndAbsent_ClearsAndKeeps()
    {
        var id = await host.AddCustomerAsync("""{"reference_id":"keep","name":"Ada","email":"a@b.example","metadata":{"a":1}}""");

        var answer = await host.OkAsync("PATCH", $"/v1/customers/{id}", """{"name":null,"metadata":null,"phone":"+4915112345678"}""");

        Assert.Equal(
            """{"phone":"+4915112345678","email":"a@b.example","first_name":"","last_name":""}""", answer["contact"].GetRawText());
        Assert.Equal("keep", answer["reference_id"].GetString());
        Assert.Equal("null", answer["metadata"].GetRawText());
        Assert.Equal(answer.Text, (await host.OkAsync("GET", "/v1/customers/keep")).Text);
    }

    [Fact]
    public async Task Update_Reference_MovesTheNameForCallers()
    {
        var id = await host.AddCustomerAsync("""{"reference_id":"before"}""");
        await host.AddCustomerAsync("""{"reference_id":"taken"}""");

        var conflict = await host.SendAsync("PATCH", $"/v1/customers/{id}", """{"reference_id":"taken"}""");
        await host.OkAsync("PATCH", $"/v1/customers/{id}", """{"reference_id":"after"}""");

        Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
        Assert.Equal("conflict", conflict.ErrorCode);
        Assert.Equal(id, (await host.OkAsync("GET", "/v1/customers/after"))["customer_id"].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", "/v1/customers/before")).Status);
    }

    [Fact]
    public async Task Delete_Customer_IsGoneButKeepsItsWallet()
    {
        var id = await host.AddCustomerAsync("""{"reference_id":"bye"}""");
        host.Dependencies.Accounts.Current.TryFindCustomer(host.Merchant.Id, "bye"u8, out var customer);

        var answer = await host.OkAsync("DELETE", "/v1/customers/bye");

        Assert.Equal("""{"success":true}""", answer.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/customers/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", $"/v1/customers/{id}")).Status);
        Assert.True(host.Wallets.TryRead(customer!.WalletId, out _));
        Assert.NotEqual(id, await host.AddCustomerAsync("""{"reference_id":"bye"}"""));
    }

    [Fact]
    public async Task GetSubscription_WithoutPlans_IsNull()
    {
        var id = await host.AddCustomerAsync();

        Assert.Equal("""{"subscription":null}""", (await host.OkAsync("GET", $"/v1/customers/{id}/subscription")).Text);
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("PATCH", "", "{}")]
    [InlineData("DELETE", "", null)]
    [InlineData("GET", "/subscription", null)]
    [InlineData("GET", "/balance", null)]
    [InlineData("GET", "/ledger", null)]
    [InlineData("GET", "/credits", null)]
    [InlineData("POST", "/credits", """{"amount":"1"}""")]
    public async Task AnyCall_OtherMerchantsCustomer_IsNotFound(string method, string path, string? body)
    {
        var id = await host.AddCustomerAsync();

        var answer = await host.SendAsync(method, $"/v1/customers/{id}{path}", body, host.OtherKey);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("not_found", answer.ErrorCode);
    }
}
