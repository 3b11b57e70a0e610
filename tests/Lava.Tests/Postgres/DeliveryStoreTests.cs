using Lava.Billing.Webhooks;
using Lava.Core;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class DeliveryStoreTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly SendOutcome Refused = new(500, "no\0\uD800");
    private static readonly SendOutcome Taken = new(200, null);
    private WebhookBooks _books = null!;
    private DateTimeOffset _now;

    public async Task InitializeAsync()
    {
        _books = await WebhookBooks.OpenAsync(await server.CreateDatabaseAsync());
        _now = DateTimeOffset.UtcNow.AddMinutes(1);
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Take_EventsOfOneCustomer_GivesOneAtATimeInOrder()
    {
        var wallet = await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);

        var first = Assert.Single(await _books.TakeAsync(_now));
        Assert.Empty(await _books.TakeAsync(_now));
        await EndAsync(first, DeliveryState.Delivered, null, Taken);
        var second = Assert.Single(await _books.TakeAsync(_now));

        Assert.Equal<string>([Text(first), Text(second)], await _books.BodiesAsync(wallet));
        Assert.NotEqual(first.EventId, second.EventId);
        Assert.StartsWith("evt_test_", first.EventId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_OneThatFailed_HoldsUpItsCustomerAloneUntilItsTime()
    {
        await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        var failed = Assert.Single(await _books.TakeAsync(_now));
        await EndAsync(failed, DeliveryState.Waiting, _now.AddSeconds(30), Refused);
        await AddAsync(WebhookEventKind.CustomerCreated);

        var other = Assert.Single(await _books.TakeAsync(_now.AddSeconds(29)));
        var again = Assert.Single(await _books.TakeAsync(_now.AddSeconds(30)));

        Assert.NotEqual(failed.Id, other.Id);
        Assert.Equal((failed.Id, failed.EventId, 2), (again.Id, again.EventId, again.Attempt));
        var log = await _books.Deliveries.FindAsync(_books.Webhook, failed.Id, CancellationToken.None);
        Assert.Equal((500, "no\uFFFD\uFFFD"), (log!.LastStatus, log.LastError));
    }

    [Fact]
    public async Task Take_OneWhoseProcessDied_GivesItAgainAfterItsLease()
    {
        await AddAsync(WebhookEventKind.CustomerCreated);
        var lost = Assert.Single(await _books.TakeAsync(_now));

        Assert.Empty(await _books.TakeAsync(_now + WebhookLimits.Lease - TimeSpan.FromSeconds(1)));
        var again = Assert.Single(await _books.TakeAsync(_now + WebhookLimits.Lease));
        await EndAsync(lost, DeliveryState.Waiting, _now, Refused);

        // Its failure comes too late: it is somebody else's now. That it was taken would count.
        Assert.Empty(await _books.TakeAsync(_now + WebhookLimits.Lease));
        await EndAsync(lost, DeliveryState.Delivered, null, Taken);
        Assert.Equal(2, again.Attempt);
        Assert.Equal(DeliveryState.Delivered, (await LogAsync())[0]);
    }

    [Theory]
    [InlineData(0, 32, 8)]
    [InlineData(5, 32, 3)]
    [InlineData(0, 2, 2)]
    [InlineData(8, 32, 0)]
    public async Task Take_ManyCustomers_LeavesRoomForOtherWebhooks(int underWay, int limit, int expected)
    {
        for (var i = 0; i < 10; i++)
        {
            await AddAsync(WebhookEventKind.CustomerCreated);
        }

        Assert.Equal(expected, (await _books.TakeAsync(_now, limit, underWay)).Count);
    }

    [Fact]
    public async Task Take_OnTwoNodesAtOnce_GivesEachToOne()
    {
        for (var i = 0; i < 6; i++)
        {
            await AddAsync(WebhookEventKind.CustomerCreated);
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _books.TakeAsync(_now))));

        var ids = taken.SelectMany(some => some).Select(one => one.Id).ToList();
        ids.AddRange((await _books.TakeAsync(_now)).Select(one => one.Id));
        Assert.Equal(6, ids.Count);
        Assert.Equal(6, ids.Distinct().Count());
    }

    [Fact]
    public async Task Cancel_Webhook_LeavesOthersWaiting()
    {
        var other = await _books.AddWebhookAsync("https://example.net/");
        await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);

        await _books.Deliveries.CancelAsync(other, CancellationToken.None);

        Assert.Equal([DeliveryState.Waiting, DeliveryState.Waiting], await LogAsync());
        Assert.Equal(_books.Webhook, Assert.Single(await _books.TakeAsync(_now)).Target.WebhookId);
    }

    [Fact]
    public async Task Take_DeliveryOfADeletedWebhook_IsPassedOverAndTakesNoPlace()
    {
        await AddAsync(WebhookEventKind.BalanceUpdated);
        var left = (await _books.Deliveries.ListAsync(_books.Webhook, null, null, 10, CancellationToken.None))[0];
        await _books.Books.ExecuteAsync("update webhooks set deleted_at = now()");
        var other = await _books.AddWebhookAsync("https://example.net/");
        await AddAsync(WebhookEventKind.CustomerCreated);

        Assert.Equal(other, Assert.Single(await _books.TakeAsync(_now, limit: 1)).Target.WebhookId);
        Assert.Empty(await _books.TakeAsync(_now));
        Assert.Null(await _books.Deliveries.ReplayAsync(_books.Webhook, Ids.Number(left.Id), _now, CancellationToken.None));
    }

    [Fact]
    public async Task Replay_Delivery_SendsTheSameBytesInItsTurn()
    {
        await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        var first = Assert.Single(await _books.TakeAsync(_now));
        await EndAsync(first, DeliveryState.Delivered, null, Taken);

        var replay = await _books.Deliveries.ReplayAsync(_books.Webhook, first.Id, _now, CancellationToken.None);

        var second = Assert.Single(await _books.TakeAsync(_now));
        await EndAsync(second, DeliveryState.Delivered, null, Taken);
        var again = Assert.Single(await _books.TakeAsync(_now));
        Assert.Equal((replay, first.EventId), (again.Id, again.EventId));
        Assert.Equal(first.Body, again.Body);
        Assert.Null(await _books.Deliveries.ReplayAsync(Guid.Empty, first.Id, _now, CancellationToken.None));
    }

    [Fact]
    public async Task Remove_OldRows_KeepsWhatStillWaits()
    {
        await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        await EndAsync(Assert.Single(await _books.TakeAsync(_now)), DeliveryState.Delivered, null, Taken);

        Assert.Equal(0, await _books.Deliveries.RemoveAsync(_now.AddDays(-1), CancellationToken.None));
        Assert.Equal(2, await _books.Deliveries.RemoveAsync(_now.AddDays(31), CancellationToken.None));

        Assert.Equal([DeliveryState.Waiting], await LogAsync());
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(*) from webhook_events"));
    }

    private static string Text(WebhookDelivery delivery) => System.Text.Encoding.UTF8.GetString(delivery.Body);

    private async Task<long> AddAsync(params WebhookEventKind[] kinds)
    {
        var (_, wallet) = await _books.Books.AddCustomerAsync();
        foreach (var kind in kinds)
        {
            await _books.AddEventAsync(wallet, kind);
        }

        await _books.Outbox().RenderAsync(CancellationToken.None);
        return wallet;
    }

    private Task EndAsync(WebhookDelivery delivery, DeliveryState state, DateTimeOffset? next, SendOutcome outcome) =>
        _books.Deliveries.EndAsync(delivery, state, next, outcome, _now, CancellationToken.None);

    private async Task<DeliveryState[]> LogAsync() =>
        [.. (await _books.Deliveries.ListAsync(_books.Webhook, null, null, 10, CancellationToken.None)).Select(row => row.State)];
}
