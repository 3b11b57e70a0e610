using System.Collections.Concurrent;
using Lava.Billing.Webhooks;
using Lava.Tests.Server.Webhooks;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class WebhookDispatchTests(PostgresServer server) : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private readonly ScriptedSender _sender = new();
    private WebhookBooks _books = null!;
    private WebhookDispatch _dispatch = null!;

    public async Task InitializeAsync()
    {
        _books = await WebhookBooks.OpenAsync(await server.CreateDatabaseAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        _dispatch = new WebhookDispatch(_books.Outbox(), _books.Deliveries, _sender, failure => throw failure, _time);
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Run_TargetThatIsAway_GivesUpAfterThreeDaysAndGoesOnWithTheNext()
    {
        await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        _sender.Answer = _ => new SendOutcome(503, "away");
        await RunAsync();
        var first = Assert.Single(_sender.Sent);

        // With a look every hour: the short pauses have passed by the next look, the long ones are kept.
        for (var step = 0; step < 73; step++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await RunAsync();
        }

        Assert.Equal(DeliveryState.GivenUp, await StateAsync(first.Id));
        Assert.Contains(_sender.Sent, sent => sent.Id != first.Id);
        Assert.All(_sender.Sent.TakeWhile(sent => sent.Id == first.Id), sent => Assert.Equal(first.EventId, sent.EventId));
        Assert.Equal(12, _sender.Sent.Count(sent => sent.Id == first.Id));
    }

    [Fact]
    public async Task Run_OneFails_HoldsUpItsOwnCustomerAlone()
    {
        var stuck = await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        var other = await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        var bad = (await _books.Books.ScalarAsync<long>("select min(sequence) from webhook_events where wallet_id = $1", stuck)).ToString();
        var isBack = false;
        _sender.Answer = sent => Text(sent).StartsWith(bad + " ", StringComparison.Ordinal) && !isBack
            ? new SendOutcome(null, "refused")
            : new SendOutcome(200, null);

        await RunAsync();
        await RunAsync();
        Assert.Equal(3, _sender.Sent.Count);
        isBack = true;
        _time.Advance(TimeSpan.FromSeconds(5));
        await RunAsync();
        await RunAsync();

        Assert.Equal(5, _sender.Sent.Count);
        Assert.Equal(await _books.BodiesAsync(stuck), (await TextsAsync(stuck)).Skip(1));
        Assert.Equal(await _books.BodiesAsync(other), await TextsAsync(other));
    }

    [Fact]
    public async Task Run_TargetSaysItIsGone_CancelsAllThatWaitsForIt()
    {
        await AddAsync(WebhookEventKind.CustomerCreated, WebhookEventKind.BalanceLow);
        _sender.Answer = _ => new SendOutcome(410, "gone");

        await RunAsync();
        await RunAsync();

        Assert.Single(_sender.Sent);
        var log = await _books.Deliveries.ListAsync(_books.Webhook, DeliveryState.Cancelled, null, 10, CancellationToken.None);
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public async Task Run_SlowTarget_LeavesRoomForAnother()
    {
        var quick = await _books.AddWebhookAsync("https://example.net/quick");
        for (var i = 0; i < 12; i++)
        {
            await AddAsync(WebhookEventKind.CustomerCreated);
        }

        var release = new TaskCompletionSource();
        _sender.Wait = sent => sent.Target.WebhookId == quick ? Task.CompletedTask : release.Task;
        while (_sender.Sent.Count(sent => sent.Target.WebhookId == quick) < 12)
        {
            await _dispatch.RunAsync(CancellationToken.None);
            await _dispatch.WaitAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }

        Assert.Equal(WebhookLimits.SendsPerWebhook, _sender.Sent.Count(sent => sent.Target.WebhookId != quick));
        release.SetResult();
        await RunAsync();
        await RunAsync();
        Assert.Equal(24, _sender.Sent.Count);
    }

    private static string Text(WebhookDelivery delivery) => System.Text.Encoding.UTF8.GetString(delivery.Body);

    private async Task<IEnumerable<string>> TextsAsync(long wallet)
    {
        var own = await _books.BodiesAsync(wallet);
        return _sender.Sent.Select(Text).Where(text => own.Contains(text));
    }

    private async Task RunAsync()
    {
        await _dispatch.RunAsync(CancellationToken.None);
        await _dispatch.DrainAsync();
    }

    private async Task<long> AddAsync(params WebhookEventKind[] kinds)
    {
        var (_, wallet) = await _books.Books.AddCustomerAsync();
        foreach (var kind in kinds)
        {
            await _books.AddEventAsync(wallet, kind);
        }

        return wallet;
    }

    private async Task<DeliveryState> StateAsync(long id) =>
        (await _books.Deliveries.FindAsync(_books.Webhook, id, CancellationToken.None))!.State;

    private sealed class ScriptedSender : IWebhookSender
    {
        public Func<WebhookDelivery, SendOutcome> Answer { get; set; } = _ => new SendOutcome(200, null);

        public Func<WebhookDelivery, Task> Wait { get; set; } = _ => Task.CompletedTask;

        public ConcurrentQueue<WebhookDelivery> Sent { get; } = new();

        public async Task<SendOutcome> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
        {
            Sent.Enqueue(delivery);
            await Wait(delivery);
            return Answer(delivery);
        }
    }
}
