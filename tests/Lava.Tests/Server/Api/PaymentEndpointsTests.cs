using System.Net;
using System.Text.Json;
using Lava.Core;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class PaymentEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Cards_Added_AreListedAndTheDefaultMoves()
    {
        var customer = await host.AddCustomerAsync();

        var first = await host.SendAsync("POST", Cards(customer), """{"token":"pm_card_visa"}""");
        var second = await AddCardAsync(customer, "tok_mastercard");
        var third = (await host.OkAsync("POST", Cards(customer), """{"token":"pm_card_amex","is_default":true}"""))["payment_method_id"];

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(
            [
                "payment_method_id", "customer_id", "brand", "last4", "expiry_month", "expiry_year", "is_default", "error", "created_at",
            ],
            first.Names);
        Assert.True(first["is_default"].GetBoolean());
        Assert.Equal("amex! mastercard visa", await ListedAsync(customer));
        var chosen = await host.OkAsync("PATCH", $"{Cards(customer)}/{second}", """{"is_default":true}""");
        Assert.Equal(first.Names, chosen.Names);
        Assert.Equal("amex mastercard! visa", await ListedAsync(customer));
        await host.OkAsync("PATCH", $"{Cards(customer)}/{second}", """{"is_default":true}""");
        Assert.Equal("amex mastercard! visa", await ListedAsync(customer));
        await host.OkAsync("DELETE", $"{Cards(customer)}/{third.GetString()}");
        Assert.Equal("mastercard! visa", await ListedAsync(customer));
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", $"{Cards(customer)}/{third.GetString()}")).Status);
        var other = await host.AddCustomerAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("DELETE", $"{Cards(other)}/{second}")).Status);
    }

    [Fact]
    public async Task ChooseCard_AnothersOrNot_ChangesNothing()
    {
        const string Chosen = """{"is_default":true}""";
        var (customer, other) = (await host.AddCustomerAsync(), await host.AddCustomerAsync());
        await AddCardAsync(customer, "pm_card_visa");
        var card = await AddCardAsync(customer, "pm_card_amex");
        await AddCardAsync(other, "pm_card_visa");

        foreach (var (status, path, body) in new[]
        {
            (HttpStatusCode.NotFound, $"{Cards(other)}/{card}", Chosen),
            (HttpStatusCode.NotFound, $"{Cards(customer)}/pm_nothing", Chosen),
            (HttpStatusCode.BadRequest, $"{Cards(customer)}/{card}", """{"is_default":false}"""),
            (HttpStatusCode.BadRequest, $"{Cards(customer)}/{card}", "{}"),
        })
        {
            Assert.Equal(status, (await host.SendAsync("PATCH", path, body)).Status);
        }

        Assert.Equal("amex visa!", await ListedAsync(customer));
        Assert.Equal("visa!", await ListedAsync(other));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"token":null}""")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":"pm_card_nobody"}""")]
    [InlineData("""{"token":"4242424242424242"}""")]
    [InlineData("""{"token":7}""")]
    public async Task AddCard_BadToken_NamesIt(string body)
    {
        var answer = await host.SendAsync("POST", Cards(await host.AddCustomerAsync()), body);

        Assert.Equal((HttpStatusCode.BadRequest, "token"), (answer.Status, Assert.Single(answer.ErrorFields.Distinct())));
    }

    [Fact]
    public async Task AddCard_LiveMerchant_IsForbidden()
    {
        var customer = await host.AddCustomerAsync("{}", host.OtherKey);

        var answer = await host.SendAsync("POST", Cards(customer), """{"token":"pm_card_visa"}""", host.OtherKey);

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task BuyBundle_CardOnFile_GivesCreditOnceForAKey()
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_visa");
        var body = $$"""{"credit_bundle_id":"{{bundle}}","idempotency_key":"k"}""";

        var paid = await host.OkAsync("POST", $"/v1/customers/{customer}/bundles", body);

        Assert.Equal(
            [
                "payment_id", "customer_id", "kind", "status", "amount", "fee", "overage_amount", "credit_amount", "automatic",
                "subscription_id", "plan_id", "credit_bundle_id", "payment_method_id", "attempts", "next_attempt_at", "decline_code",
                "refunded_amount", "review", "created_at", "ended_at",
            ],
            paid.Names);
        Assert.Equal(
            ("bundle", "succeeded", "9.0000000000", bundle),
            (paid["kind"].GetString(), paid["status"].GetString(), paid["amount"].GetString(), paid["credit_bundle_id"].GetString()));
        Assert.Equal(paid.Text, (await host.OkAsync("POST", $"/v1/customers/{customer}/bundles", body)).Text);
        var id = paid["payment_id"].GetString();
        Assert.Equal(paid.Text, (await host.OkAsync("GET", $"/v1/payments/{id}")).Text);
        Assert.Equal(paid.Text, (await host.OkAsync("POST", $"/v1/payments/{id}/retry")).Text);
        Assert.Contains(paid.Text, (await host.OkAsync("GET", $"/v1/customers/{customer}/payments")).Text, StringComparison.Ordinal);
        Assert.Equal("10.0000000000", (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString());
        var entry = Assert.Single((await host.OkAsync("GET", $"/v1/customers/{customer}/ledger"))["data"].EnumerateArray());
        Assert.Equal("purchase", entry.GetProperty("kind").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/v1/payments/{id}", null, host.OtherKey)).Status);
    }

    [Fact]
    public async Task BuyBundle_SameKeyOtherBundle_IsAConflict()
    {
        var (customer, bundle) = await SubscribedAsync();
        var other = (await host.OkAsync("GET", $"/v1/customers/{customer}"))["subscription"].GetProperty("plan_id").GetString();
        var second = (await host.OkAsync("GET", $"/v1/plans/{other}"))["credit_bundles"][1].GetProperty("credit_bundle_id").GetString();
        await AddCardAsync(customer, "pm_card_visa");
        await BuyAsync(customer, bundle);

        var answer = await BuyAsync(customer, second!);

        Assert.Equal((HttpStatusCode.Conflict, "request_conflict"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task BuyBundle_Declined_SaysWhyAndChangesNothing()
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_stolen");

        var answer = await BuyAsync(customer, bundle);

        Assert.Equal((HttpStatusCode.PaymentRequired, "payment_declined"), (answer.Status, answer.ErrorCode));
        var details = answer["error"].GetProperty("details");
        Assert.Equal("stolen_card", details.GetProperty("decline_code").GetString());
        var payment = details.GetProperty("payment_id").GetString();
        Assert.Equal("failed", (await host.OkAsync("GET", $"/v1/payments/{payment}"))["status"].GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync("POST", $"/v1/payments/{payment}/retry")).Status);
        var card = (await host.OkAsync("GET", Cards(customer)))["data"][0];
        Assert.Equal("stolen_card", card.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("payment_required", (await BuyAsync(customer, bundle, "again")).ErrorCode);
        Assert.Equal("0.0000000000", (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString());
    }

    [Fact]
    public async Task BuyBundle_NothingThatCanBeBought_IsRefused()
    {
        var (customer, bundle) = await SubscribedAsync();
        var stranger = await host.AddCustomerAsync();

        Assert.Equal("payment_required", (await BuyAsync(customer, bundle)).ErrorCode);
        Assert.Equal("not_found", (await BuyAsync(customer, "cb_test_00000000000000000000000000")).ErrorCode);
        Assert.Equal(["credit_bundle_id"], (await BuyAsync(stranger, bundle)).ErrorFields);
        Assert.Equal(
            ["credit_bundle_id", "idempotency_key"],
            (await host.SendAsync("POST", $"/v1/customers/{customer}/bundles", "{}")).ErrorFields);
        Assert.Equal("not_found", (await BuyAsync("nobody", bundle)).ErrorCode);
    }

    [Fact]
    public async Task Retry_WaitingPayment_TriesAtOnce()
    {
        var (customer, _) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_chargeDeclinedOnce");
        var payment = Ids.New(TimeProvider.System);
        await using (var insert = host.Source.CreateCommand(
            """
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, is_automatic, status,
              next_attempt_at, created_at)
            select $1, merchant_id, customer_id, wallet_id, 1, 250000000000, 0, 0, false, 0, now(), now()
            from customers where customer_id = $2
            """))
        {
            insert.Parameters.Add(new() { Value = payment });
            insert.Parameters.Add(new() { Value = Ids.TryParse(IdPrefix.Customer, customer, out var id) ? id : default });
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
        }

        var path = $"/v1/payments/{Ids.Format(IdPrefix.Payment, true, payment)}";
        var declined = await host.SendAsync("POST", $"{path}/retry");
        Assert.Equal((HttpStatusCode.PaymentRequired, "payment_declined"), (declined.Status, declined.ErrorCode));
        Assert.Equal("waiting", (await host.OkAsync("GET", path))["status"].GetString());

        Assert.Equal("succeeded", (await host.OkAsync("POST", $"{path}/retry"))["status"].GetString());
        Assert.Equal(2, (await host.OkAsync("GET", path))["attempts"].GetInt32());
    }

    [Fact]
    public async Task Refunds_OfABundle_GoBackWithTheirCredit()
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_visa");
        var payment = (await BuyAsync(customer, bundle))["payment_id"].GetString();
        var path = $"/v1/payments/{payment}/refunds";
        var paid = await host.OkAsync("GET", $"/v1/payments/{payment}");
        var amount = paid["amount"].GetString()!;
        Assert.Equal("0.0000000000", paid["refunded_amount"].GetString());

        var refund = await host.OkAsync("POST", path, """{"amount":"1.00","reason":"sorry","idempotency_key":"r"}""");

        Assert.Equal(
            ["refund_id", "payment_id", "amount", "credit_taken", "status", "reason", "failure_code", "created_at"], refund.Names);
        Assert.Equal(
            ("1.0000000000", "succeeded", "sorry"),
            (refund["amount"].GetString(), refund["status"].GetString(), refund["reason"].GetString()));
        var again = await host.OkAsync("POST", path, """{"amount":"1.00","reason":"sorry","idempotency_key":"r"}""");
        Assert.Equal(refund["refund_id"].GetString(), again["refund_id"].GetString());
        Assert.Equal(
            "request_conflict", (await host.SendAsync("POST", path, """{"amount":"2.00","idempotency_key":"r"}""")).ErrorCode);
        Assert.Equal(["amount"], (await host.SendAsync("POST", path, $$"""{"amount":"{{amount}}"}""")).ErrorFields);
        Assert.Equal("succeeded", (await host.OkAsync("POST", path, "{}"))["status"].GetString());
        Assert.Equal(["amount"], (await host.SendAsync("POST", path, "{}")).ErrorFields);
        Assert.Equal(amount, (await host.OkAsync("GET", $"/v1/payments/{payment}"))["refunded_amount"].GetString());
        Assert.Equal(2, (await host.OkAsync("GET", path))["data"].GetArrayLength());
        Assert.Equal("0.0000000000", (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString());
        var shown = await host.OkAsync("GET", $"/v1/refunds/{refund["refund_id"].GetString()}");
        Assert.Equal(refund["credit_taken"].GetString(), shown["credit_taken"].GetString());
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await host.SendAsync("GET", $"/v1/refunds/{refund["refund_id"].GetString()}", null, host.OtherKey)).Status);
    }

    [Fact]
    public async Task Review_TakesADecisionOnce()
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_visa");
        var paid = (await BuyAsync(customer, bundle))["payment_id"].GetString();
        var held = Ids.New(TimeProvider.System);
        await using (var insert = host.Source.CreateCommand(
            """
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, is_automatic, status,
              attempts, review, ended_at, created_at)
            select $1, merchant_id, customer_id, wallet_id, 4, 90000000000, 0, 0, false, 5, 1, 'amount', now(), now()
            from customers where customer_id = $2;
            """))
        {
            insert.Parameters.Add(new() { Value = held });
            insert.Parameters.Add(new() { Value = Ids.TryParse(IdPrefix.Customer, customer, out var id) ? id : default });
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
        }

        await using (var attempt = host.Source.CreateCommand(
            """
            insert into payment_attempts (payment_id, attempt, wallet_id, payment_method_id, started_at, ended_at, outcome,
              provider_reference)
            select payment_id, 1, wallet_id, (select payment_method_id from payment_methods m where m.customer_id = p.customer_id limit 1),
              now(), now(), 4, 'sbx_' || payment_id from payments p where payment_id = $1
            """))
        {
            attempt.Parameters.Add(new() { Value = held });
            await attempt.ExecuteNonQueryAsync();
        }

        var path = $"/v1/payments/{Ids.Format(IdPrefix.Payment, true, held)}";
        Assert.Equal("amount", (await host.OkAsync("GET", path))["review"].GetString());
        Assert.Equal(["decision"], (await host.SendAsync("POST", $"{path}/review", "{}")).ErrorFields);
        Assert.Equal(["decision"], (await host.SendAsync("POST", $"{path}/review", """{"decision":"keep"}""")).ErrorFields);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await host.SendAsync("POST", $"{path}/review", """{"decision":"refund"}""", host.OtherKey)).Status);

        // The sandbox takes nothing that is not booked.
        var credit = await host.SendAsync("POST", $"{path}/review", """{"decision":"credit"}""");
        Assert.Equal((HttpStatusCode.Conflict, "payment_in_review"), (credit.Status, credit.ErrorCode));
        for (var time = 0; time < 2; time++)
        {
            var refused = await host.OkAsync("POST", $"{path}/review", """{"decision":"refund"}""");
            Assert.Equal(("failed", "charge_differs"), (refused["status"].GetString(), refused["decline_code"].GetString()));
            Assert.Equal(JsonValueKind.Null, refused["review"].ValueKind);
        }

        foreach (var (other, state) in new[] { (path, "failed"), ($"/v1/payments/{paid}", "succeeded") })
        {
            var late = await host.SendAsync("POST", $"{other}/review", """{"decision":"credit"}""");
            Assert.Equal((HttpStatusCode.Conflict, "conflict"), (late.Status, late.ErrorCode));
            Assert.Contains($"is {state}", late.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"amount":"0.005"}""")]
    [InlineData("""{"amount":"1.005"}""")]
    [InlineData("""{"amount":"-1"}""")]
    [InlineData("""{"amount":"1000000"}""")]
    [InlineData("""{"amount":1}""")]
    public async Task Refund_BadAmount_NamesIt(string body)
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_visa");
        var payment = (await BuyAsync(customer, bundle))["payment_id"].GetString();

        Assert.Equal(["amount"], (await host.SendAsync("POST", $"/v1/payments/{payment}/refunds", body)).ErrorFields);
    }

    [Fact]
    public async Task Refund_CardThatRefusesRefunds_FailsAndCreditStays()
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_refundFail");
        var payment = (await BuyAsync(customer, bundle))["payment_id"].GetString();
        var before = (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString();

        var refund = await host.OkAsync("POST", $"/v1/payments/{payment}/refunds", "{}");

        Assert.Equal(("failed", "0.0000000000"), (refund["status"].GetString(), refund["credit_taken"].GetString()));
        Assert.Equal(before, (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString());
    }

    [Fact]
    public async Task Dispute_TestCard_TakesTheCreditAndClosesTheCard()
    {
        var (customer, bundle) = await SubscribedAsync();
        await AddCardAsync(customer, "pm_card_createDispute");

        await BuyAsync(customer, bundle);

        Assert.Equal("0.0000000000", (await host.OkAsync("GET", $"/v1/customers/{customer}/balance"))["available"].GetString());
        var card = (await host.OkAsync("GET", Cards(customer)))["data"][0];
        Assert.Equal("disputed", card.GetProperty("error").GetProperty("code").GetString());
    }

    private static string Cards(string customer) => $"/v1/customers/{customer}/payment_methods";

    private async Task<string> AddCardAsync(string customer, string token) =>
        (await host.OkAsync("POST", Cards(customer), $$"""{"token":"{{token}}"}"""))["payment_method_id"].GetString()!;

    private Task<ApiAnswer> BuyAsync(string customer, string bundle, string key = "key") => host.SendAsync(
        "POST", $"/v1/customers/{customer}/bundles", $$"""{"credit_bundle_id":"{{bundle}}","idempotency_key":"{{key}}"}""");

    private async Task<string> ListedAsync(string customer) => string.Join(' ', (await host.OkAsync("GET", Cards(customer)))["data"]
        .EnumerateArray()
        .Select(card => card.GetProperty("brand").GetString() + (card.GetProperty("is_default").GetBoolean() ? "!" : "")));

    private async Task<(string Customer, string Bundle)> SubscribedAsync()
    {
        var plan = await host.OkAsync(
            "POST", "/v1/plans",
            """
            {"name":"P","period_amount":"0","billing_interval":"month","credit_bundles":[
            {"name":"Small","cost":"9","credit_amount":"10"},{"name":"Large","cost":"60","credit_amount":"70"}]}
            """);
        var customer = await host.AddCustomerAsync();
        await host.OkAsync(
            "POST", "/v1/subscriptions", $$"""{"customer_id":"{{customer}}","plan_id":"{{plan["plan_id"].GetString()}}"}""");
        return (customer, plan["credit_bundles"][0].GetProperty("credit_bundle_id").GetString()!);
    }
}
