using System.Text;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>A merchant with a webhook in a database of its own, and calls that change balances as the flusher does.</summary>
internal sealed class WebhookBooks : IAsyncDisposable
{
    private JournalPosition _position;

    private WebhookBooks(NpgsqlDataSource source)
    {
        Source = source;
        Writer = new UsageRecordWriter(source);
        Deliveries = new DeliveryStore(source);
    }

    public NpgsqlDataSource Source { get; }

    public UsageRecordWriter Writer { get; }

    public DeliveryStore Deliveries { get; }

    public Books Books { get; private set; } = null!;

    public Guid Webhook { get; private set; }

    public JournalPosition Position => _position;

    public static async Task<WebhookBooks> OpenAsync(string connectionString)
    {
        var books = new WebhookBooks(NpgsqlDataSource.Create(connectionString + ";Pooling=true;Maximum Pool Size=20"));
        books.Books = await Books.OpenAsync(books.Source);
        books._position = await JournalPosition.TakeAsync(books.Source, 1, CancellationToken.None);
        books.Webhook = await books.AddWebhookAsync();
        return books;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Source.DisposeAsync();
    }

    public async Task<Guid> AddWebhookAsync(string url = "https://example.com/hook")
    {
        var id = Ids.New(TimeProvider.System);
        var added = await new WebhookStore(Source).CreateAsync(
            Books.MerchantId, new WebhookRecord(id, "w", url, DateTimeOffset.UnixEpoch), 1, [1], CancellationToken.None);
        Assert.True(added);
        return id;
    }

    /// <summary>A process that renders bodies of the form "sequence kind balance".</summary>
    /// <param name="pause">How long a balance waits.</param>
    /// <param name="render">Another renderer.</param>
    public WebhookEventStore Outbox(TimeSpan? pause = null, EventRenderer? render = null) =>
        new(Source, render ?? Render, TimeProvider.System) { Pause = pause ?? TimeSpan.Zero };

    public async Task ChargeAsync(params (Guid Customer, long Wallet, long Debit)[] calls)
    {
        UsageRecord[] records = [.. calls.Select(call => Books.Record(call.Customer, call.Wallet, call.Debit))];
        _position = await Writer.WriteAsync(records, _position, _position.Sequence + records.Length, CancellationToken.None);
    }

    public Task AddEventAsync(long wallet, WebhookEventKind kind, TimeSpan age = default) => Books.ExecuteAsync(
        "insert into webhook_events (merchant_id, wallet_id, kind, created_at) values ($1, $2, $3, clock_timestamp() - $4)",
        Books.MerchantId, wallet, (short)kind, age);

    /// <summary>The bodies of a customer's deliveries, in the order of sending.</summary>
    public async Task<string[]> BodiesAsync(long wallet)
    {
        await using var command = Source.CreateCommand(
            """
            select e.body from webhook_deliveries d join webhook_events e on e.sequence = d.event_sequence
            where d.wallet_id = $1 order by d.delivery_id
            """);
        command.Parameters.Add(new() { Value = wallet });
        List<string> bodies = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            bodies.Add(Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)));
        }

        return [.. bodies];
    }

    public Task<List<WebhookDelivery>> TakeAsync(DateTimeOffset now, int limit = WebhookLimits.Sends, int underWay = 0) =>
        Deliveries.TakeAsync(now, limit, new Dictionary<Guid, int> { [Webhook] = underWay }, CancellationToken.None);

    /// <summary>Until some session waits for another's lock.</summary>
    public async Task WaitForBlockedAsync()
    {
        const string Blocked = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await Books.ScalarAsync<long>(Blocked) == 0)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private static byte[] Render(WebhookEvent told, EventSubject? subject) =>
        Encoding.UTF8.GetBytes($"{told.Sequence} {told.Kind} {subject?.Credit.Posted.Units}");
}
