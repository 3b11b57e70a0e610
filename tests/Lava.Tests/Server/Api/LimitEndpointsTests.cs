using System.Net;
using System.Text;
using Lava.Core.Accounts;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class LimitEndpointsTests(ApiHost host)
{
    private const string Limits =
        """[{"unit":"tokens","amount":100000,"cycle":"daily"},{"unit":"spend","amount":"25.0000000000","cycle":"total"}]""";

    [Fact]
    public async Task Create_Limits_AreShownAndHoldForCalls()
    {
        var created = await host.OkAsync("POST", "/v1/customers", $$"""{"limits":{{Limits}}}""");

        Assert.Equal(Limits, created["limits"].GetRawText());
        var id = created["customer_id"].GetString()!;
        Assert.Equal(created.Text, (await host.OkAsync("GET", $"/v1/customers/{id}")).Text);
        Assert.Equal(
            [
                new UsageLimit(LimitUnit.Tokens, LimitCycle.Daily, 100_000, LimitScope.Customer),
                new UsageLimit(LimitUnit.Spend, LimitCycle.Total, 250_000_000_000, LimitScope.Customer),
            ],
            Customer(id).Limits);
        Assert.True(host.Dependencies.Limits.IsOpen(Customer(id).Id, Customer(id).Limits));
    }

    [Fact]
    public async Task Update_AbsentKeepsAndNullOrNothingClears()
    {
        var id = await host.AddCustomerAsync($$"""{"limits":{{Limits}}}""");
        Assert.Equal(Limits, (await host.OkAsync("PATCH", $"/v1/customers/{id}", """{"name":"A"}"""))["limits"].GetRawText());
        foreach (var clear in new[] { "null", "[]" })
        {
            await host.OkAsync("PATCH", $"/v1/customers/{id}", $$"""{"limits":{{Limits}}}""");
            var cleared = await host.OkAsync("PATCH", $"/v1/customers/{id}", $$"""{"limits":{{clear}}}""");
            Assert.Equal("[]", cleared["limits"].GetRawText());
            Assert.Empty(Customer(id).Limits);
        }
    }

    [Theory]
    [InlineData("""{"limits":5}""", "limits")]
    [InlineData("""{"limits":[5]}""", "limits")]
    [InlineData("""{"limits":[{}]}""", "limits[0].unit,limits[0].cycle,limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"words","cycle":"hourly","amount":1}]}""", "limits[0].unit,limits[0].cycle")]
    [InlineData("""{"limits":[{"unit":"tokens","cycle":"daily","amount":0}]}""", "limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"tokens","cycle":"daily","amount":1.5}]}""", "limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"requests","cycle":"daily","amount":-1}]}""", "limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"requests","cycle":"daily","amount":"1"}]}""", "limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"spend","cycle":"daily","amount":1}]}""", "limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"spend","cycle":"daily","amount":"0"}]}""", "limits[0].amount")]
    [InlineData("""{"limits":[{"unit":"spend","cycle":"daily","amount":"1000001"}]}""", "limits[0].amount")]
    [InlineData(
        """{"limits":[{"unit":"tokens","cycle":"daily","amount":1},{"unit":"tokens","cycle":"daily","amount":2}]}""", "limits[1].cycle")]
    [InlineData("""{"limits":[{},{},{},{},{},{},{},{},{}]}""", "limits")]
    public async Task Limits_Wrong_AreNamedByTheirPaths(string body, string fields)
    {
        var plan = "{\"name\":\"P\",\"period_amount\":\"0\",\"billing_interval\":\"month\"," + body[1..];
        foreach (var (path, sent) in new[] { ("/v1/customers", body), ("/v1/plans", plan) })
        {
            var answer = await host.SendAsync("POST", path, sent);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal(fields.Split(','), answer.ErrorFields);
        }
    }

    [Fact]
    public async Task Plan_LimitsSetLater_HoldForItsCustomersFromWhatTheyHaveUsed()
    {
        var plan = (await host.OkAsync("POST", "/v1/plans", """{"name":"P","period_amount":"0","billing_interval":"month"}"""))["plan_id"]
            .GetString()!;
        var id = await host.AddCustomerAsync("""{"limits":[{"unit":"tokens","cycle":"daily","amount":50}]}""");
        await host.OkAsync("POST", "/v1/subscriptions", $$"""{"customer_id":"{{id}}","plan_id":"{{plan}}"}""");
        await UseAsync(id, 30);

        var changed = await host.OkAsync(
            "PATCH", $"/v1/plans/{plan}",
            """{"limits":[{"unit":"tokens","cycle":"daily","amount":80},{"unit":"requests","cycle":"monthly","amount":7}]}""");

        Assert.Equal(2, changed["limits"].GetArrayLength());
        var limits = (await host.OkAsync("GET", $"/v1/customers/{id}/limits"))["data"];
        Assert.Equal(
            ["customer tokens daily 50", "plan requests monthly 7"],
            limits.EnumerateArray().Select(limit =>
                $"{limit.GetProperty("scope")} {limit.GetProperty("unit")} {limit.GetProperty("cycle")} {limit.GetProperty("amount")}"));

        // Opened at the change, from PostgreSQL; the customer's own was open before.
        Assert.Equal([0, 1], limits.EnumerateArray().Select(limit => limit.GetProperty("used").GetInt64()));
        await host.OkAsync("PATCH", $"/v1/plans/{plan}", """{"limits":[{"unit":"tokens","cycle":"daily","amount":20}]}""");
        Assert.Equal([new UsageLimit(LimitUnit.Tokens, LimitCycle.Daily, 20, LimitScope.Plan)], Customer(id).Limits);
        await host.OkAsync("PATCH", $"/v1/plans/{plan}", """{"limits":null}""");
        Assert.Equal([new UsageLimit(LimitUnit.Tokens, LimitCycle.Daily, 50, LimitScope.Customer)], Customer(id).Limits);
        Assert.Equal("[]", (await host.OkAsync("PATCH", $"/v1/plans/{plan}", """{"name":"Q"}"""))["limits"].GetRawText());
    }

    [Fact]
    public async Task Customer_LimitSetLater_CountsWhatWasUsedBefore()
    {
        var id = await host.AddCustomerAsync();
        await UseAsync(id, 30);

        await host.OkAsync("PATCH", $"/v1/customers/{id}", $$"""{"limits":{{Limits}}}""");

        var limits = (await host.OkAsync("GET", $"/v1/customers/{id}/limits"))["data"];
        Assert.Equal(["unit", "amount", "cycle", "used", "scope", "resets_at"], limits[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal((30, "0.0000000005"), (limits[0].GetProperty("used").GetInt64(), limits[1].GetProperty("used").GetString()));
        var tomorrow = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1);
        Assert.Equal($"{tomorrow:yyyy-MM-dd}T00:00:00Z", limits[0].GetProperty("resets_at").GetString());
        Assert.Equal("null", limits[1].GetProperty("resets_at").GetRawText());
    }

    [Fact]
    public async Task List_OfAnotherMerchantsCustomer_Is404()
    {
        var id = await host.AddCustomerAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/customers/{id}/limits", key: host.OtherKey)).Status);
    }

    private Customer Customer(string id) =>
        host.Dependencies.Accounts.Current.TryFindCustomer(host.Merchant.Id, Encoding.UTF8.GetBytes(id), out var customer)
            ? customer
            : throw new KeyNotFoundException(id);

    /// <summary>A call of today's in PostgreSQL, which cost 5 units.</summary>
    private async Task UseAsync(string id, long tokens)
    {
        await using var command = host.Source.CreateCommand(
            """
            insert into usage_windows
            select $1, $2, d, 1, $3, 5, date_trunc('week', d)::date, 1, $3, 5, date_trunc('month', d)::date, 1, $3, 5,
              date_trunc('month', d)::date, 1, $3, 5, 1, $3, 5, now()
            from (select (now() at time zone 'UTC')::date) t (d)
            """);
        command.Parameters.Add(new() { Value = Customer(id).Id });
        command.Parameters.Add(new() { Value = host.Merchant.Id });
        command.Parameters.Add(new() { Value = tokens });
        await command.ExecuteNonQueryAsync();
    }
}
