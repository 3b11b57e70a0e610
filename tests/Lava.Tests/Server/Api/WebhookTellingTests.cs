using System.Text.Json;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Webhooks;
using Lava.Server.Hosting;
using Lava.Tests.Server.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Tests.Server.Api;

/// <summary>From a change made over the API to what a target gets on its socket.</summary>
[Collection(ApiCollection.Name)]
public sealed class WebhookTellingTests(ApiHost host) : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private HookListener _hook = null!;
    private string _key = "";
    private string _webhook = "";
    private WebhookWorker? _worker;

    public async Task InitializeAsync()
    {
        (var merchant, _key) = await host.AddMerchantAsync(isTest: true);
        _hook = await HookListener.StartAsync();
        _webhook = (await OkAsync(
            "POST", "/v1/webhooks", """{"name":"w","url":"https://example.com/hook"}"""))["webhook_id"].GetString()!;

        // The API of this host allows none on this machine.
        Assert.True(Ids.TryParse(IdPrefix.Webhook, _webhook, out var id));
        await host.Dependencies.Stores.Webhooks.UpdateAsync(merchant.Id, id, new WebhookChange(null, $"{_hook.Url}/hook"), default);
    }

    public async Task DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        await OkAsync("DELETE", $"/v1/webhooks/{_webhook}");
        await _hook.DisposeAsync();
    }

    [Fact]
    public async Task Worker_LifeOfACustomer_IsToldInOrderWithTheStateOfEachMoment()
    {
        Start();
        var id = await host.AddCustomerAsync("""{"name":"Zoë Q","metadata":{"a":[1]},"reference_id":"zoe"}""", _key);
        var shown = await OkAsync("GET", $"/v1/customers/{id}");
        var created = await _hook.NextAsync();
        await OkAsync("POST", $"/v1/customers/{id}/credits", """{"amount":"10.00"}""");
        var credited = await _hook.NextAsync();
        var plan = (await OkAsync(
            "POST", "/v1/plans", """{"name":"Free","period_amount":"0","billing_interval":"month"}"""))["plan_id"].GetString();
        await OkAsync("POST", "/v1/subscriptions", $$"""{"customer_id":"{{id}}","plan_id":"{{plan}}"}""");
        await OkAsync("POST", $"/v1/customers/{id}/credits", """{"amount":"2.50"}""");
        var subscribed = await _hook.NextAsync();
        await OkAsync("DELETE", $"/v1/customers/{id}");
        var deleted = await _hook.NextAsync();

        Assert.Equal(
            ["customer.created", "customer.wallet.balance.updated", "customer.wallet.balance.updated", "customer.deleted"],
            new[] { created, credited, subscribed, deleted }.Select(call => call.Event));
        Assert.Equal(["event", "data"], created.Json.EnumerateObject().Select(member => member.Name));
        foreach (var member in shown.Json.EnumerateObject())
        {
            Assert.True(JsonElement.DeepEquals(member.Value, created.Data.GetProperty(member.Name)), member.Name);
        }

        Assert.Contains("Zoë", created.Text, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, created.Data.GetProperty("subscription").ValueKind);
        Assert.Equal(
            ["0.0000000000", "10.0000000000", "12.5000000000", "12.5000000000"],
            new[] { created, credited, subscribed, deleted }.Select(Balance));
        var subscription = subscribed.Data.GetProperty("subscription");
        Assert.Equal(
            ("Free", "active", plan), (Text(subscription, "name"), Text(subscription, "status"), Text(subscription, "plan_id")));
        Assert.Equal("12.5000000000", Text(subscription.GetProperty("credits"), "total_remaining"));
        Assert.Equal(JsonValueKind.Null, deleted.Data.GetProperty("subscription").ValueKind);
        Assert.Equal(4, _hook.All.Select(call => call.Headers["webhook-id"]).Distinct().Count());
    }

    [Fact]
    public async Task Worker_TargetThatFails_GetsTheSameAgainThenWhatFollows()
    {
        var refusals = 2;
        _hook.Answer = (_, http) =>
        {
            http.Response.StatusCode = Interlocked.Decrement(ref refusals) >= 0 ? 500 : 200;
            return Task.CompletedTask;
        };
        Start();
        var id = await host.AddCustomerAsync("{}", _key);
        await OkAsync("DELETE", $"/v1/customers/{id}");
        var first = await _hook.NextAsync();
        await WaitForAttemptAsync(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        var second = await _hook.NextAsync();
        await WaitForAttemptAsync(2);
        _time.Advance(TimeSpan.FromSeconds(30));
        var third = await _hook.NextAsync();
        var next = await _hook.NextAsync();

        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Body, third.Body);
        Assert.Equal(first.Headers["webhook-id"], third.Headers["webhook-id"]);
        Assert.NotEqual(first.Headers["webhook-timestamp"], third.Headers["webhook-timestamp"]);
        Assert.Equal(["customer.created", "customer.deleted"], new[] { third, next }.Select(call => call.Event));
    }

    [Fact]
    public async Task Worker_ThatDiesWhileItSends_LeavesItToTheNextOne()
    {
        var release = new TaskCompletionSource();
        _hook.Answer = (_, _) => release.Task;
        Start();
        await host.AddCustomerAsync("{}", _key);
        var lost = await _hook.NextAsync();
        await _worker!.DisposeAsync();
        release.SetResult();
        _hook.Answer = (_, _) => Task.CompletedTask;
        _time.Advance(TimeSpan.FromSeconds(60));

        Start();
        var again = await _hook.NextAsync();

        Assert.Equal(lost.Headers["webhook-id"], again.Headers["webhook-id"]);
        Assert.Equal(lost.Body, again.Body);
    }

    [Fact]
    public async Task Worker_Facts_AreMembersBesideTheCustomersOwn()
    {
        var id = await host.AddCustomerAsync("{}", _key);
        await using (var command = host.Source.CreateCommand(
            """
            insert into webhook_events (merchant_id, wallet_id, kind, facts)
            select merchant_id, wallet_id, 9, '{"limit": {"unit": "tokens"}, "customer_id": "con_wrong"}' from customers
            where merchant_id = (select merchant_id from webhooks where url = $1)
            """))
        {
            command.Parameters.Add(new() { Value = _hook.Url + "/hook" });
            await command.ExecuteNonQueryAsync();
        }

        Start();
        await _hook.NextAsync();
        var limit = await _hook.NextAsync();

        Assert.Equal("limit.reached", limit.Event);
        Assert.Equal("tokens", limit.Data.GetProperty("limit").GetProperty("unit").GetString());
        Assert.Equal(id, limit.Data.GetProperty("customer_id").GetString());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string? Balance(HookCall call) => Text(call.Data.GetProperty("balance"), "total_remaining");

    private void Start()
    {
        var dependencies = host.Dependencies;
        var body = new EventBody(host.Secrets, NullLogger.Instance, TimeProvider.System);
        _worker = new WebhookWorker(
            new WebhookEventStore(host.Source, body.Render, _time),
            dependencies.Stores.Deliveries,
            new WebhookSender(dependencies.WebhookSecrets, new WebhookTargets(AllowsPrivate: true), _time),
            _time,
            NullLogger.Instance);
    }

    private async Task WaitForAttemptAsync(int attempts)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var oldest = (await OkAsync("GET", $"/v1/webhooks/{_webhook}/deliveries"))["data"].EnumerateArray().Last();
            if (oldest.GetProperty("attempts").GetInt32() == attempts && oldest.GetProperty("last_status").ValueKind == JsonValueKind.Number
                && oldest.GetProperty("next_attempt_at").GetDateTimeOffset() < _time.GetUtcNow().AddSeconds(attempts == 1 ? 6 : 31))
            {
                return;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private Task<ApiAnswer> OkAsync(string method, string path, string? body = null) => host.OkAsync(method, path, body, _key);
}
