using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class WebhookEventStoreTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private WebhookBooks _books = null!;
    private Guid _customer;
    private long _wallet;

    public async Task InitializeAsync()
    {
        _books = await WebhookBooks.OpenAsync(await server.CreateDatabaseAsync());
        (_customer, _wallet) = await _books.Books.AddCustomerAsync();
    }

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Charge_WhileAClaimIsNotCommitted_WaitsForItAndIsToldByItself()
    {
        await _books.ChargeAsync((_customer, _wallet, 1));
        await using var claiming = await _books.Source.OpenConnectionAsync();
        await using var claim = await claiming.BeginTransactionAsync();
        await ExecuteAsync(claiming, "update webhook_events set claimed_at = now()");

        var charge = _books.ChargeAsync((_customer, _wallet, 2));
        await _books.WaitForBlockedAsync();
        Assert.False(charge.IsCompleted);
        await claim.CommitAsync();
        await charge.WaitAsync(Soon);

        Assert.Equal(2L, await _books.Books.ScalarAsync<long>("select count(*) from webhook_events"));
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(*) from webhook_events where claimed_at is null"));
    }

    [Fact]
    public async Task Render_WhileAChangeThatFoundTheEventIsNotCommitted_TellsThatChangeToo()
    {
        await _books.ChargeAsync((_customer, _wallet, 1));
        await using var changing = await _books.Source.OpenConnectionAsync();
        await using var change = await changing.BeginTransactionAsync();
        await using var post = new NpgsqlCommand(UsageRecordSql.Post, changing)
        {
            Parameters = { new() { Value = new[] { _wallet } }, new() { Value = new[] { -2L } } },
        };
        await post.ExecuteNonQueryAsync();

        // The claim waits for nobody: it must not hold an event while it asks for a wallet.
        var outbox = _books.Outbox();
        var claimed = await outbox.ClaimAsync(CancellationToken.None).WaitAsync(Soon);
        var reading = outbox.ReadSubjectsAsync([_wallet], CancellationToken.None);
        await _books.WaitForBlockedAsync();
        Assert.False(reading.IsCompleted);
        await change.CommitAsync();
        var subjects = await reading.WaitAsync(Soon);

        Assert.Single(claimed);
        Assert.Equal(-3, subjects[_wallet].Credit.Posted.Units);
        Assert.Equal(1L, await _books.Books.ScalarAsync<long>("select count(*) from webhook_events"));
    }

    [Fact]
    public async Task Render_StormOfChangesOfOneWallet_EndsWithItsLastBalance()
    {
        using var end = new CancellationTokenSource();
        var outbox = _books.Outbox();
        var rendering = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await outbox.RenderAsync(CancellationToken.None);
            }
        });
        const int Changes = 300;
        for (var i = 0; i < Changes; i++)
        {
            await _books.ChargeAsync((_customer, _wallet, 1)).WaitAsync(Soon);
        }

        await end.CancelAsync();
        await rendering;
        await RenderAllAsync();

        var balances = (await _books.BodiesAsync(_wallet)).Select(body => long.Parse(body.Split(' ')[2])).ToArray();
        Assert.Equal(-Changes, balances[^1]);
        Assert.Equal(balances.OrderDescending(), balances);
        Assert.InRange(balances.Length, 2, Changes + 1);
    }

    /// <summary>A flusher with many wallets, grants, two nodes that render: none may end in a deadlock, nothing be told twice.</summary>
    [Fact]
    public async Task Render_OnTwoNodesBesideFlusherAndGrants_NeitherDeadlocksNorRepeats()
    {
        var customers = new List<(Guid Id, long Wallet)>();
        for (var i = 0; i < 12; i++)
        {
            customers.Add(await _books.Books.AddCustomerAsync());
        }

        using var end = new CancellationTokenSource();
        var renderings = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var outbox = _books.Outbox();
            while (!end.IsCancellationRequested)
            {
                await outbox.RenderAsync(CancellationToken.None);
            }
        })).ToArray();
        var grants = Task.Run(async () =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                await GrantAsync(customers[(i * 7) % customers.Count].Wallet);
            }
        });
        for (var round = 0; round < 150; round++)
        {
            var charged = customers.Where((_, i) => (i + round) % 3 != 0).Select(customer => (customer.Id, customer.Wallet, 1L));
            await _books.ChargeAsync([.. charged]).WaitAsync(Soon);
        }

        await end.CancelAsync();
        await Task.WhenAll([.. renderings, grants]).WaitAsync(Soon);
        await RenderAllAsync();

        foreach (var (_, wallet) in customers)
        {
            var bodies = await _books.BodiesAsync(wallet);
            var sequences = bodies.Select(body => long.Parse(body.Split(' ')[0])).ToArray();
            Assert.Equal(sequences.Distinct().Order(), sequences);
            Assert.EndsWith($" {await _books.Books.PostedAsync(wallet)}", bodies[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Render_AfterADeathBetweenTheSteps_TellsOnce()
    {
        await _books.ChargeAsync((_customer, _wallet, 1));
        var dead = _books.Outbox();
        var claimed = await dead.ClaimAsync(CancellationToken.None);

        // Dead after the claim; another change comes before the next process does.
        await _books.ChargeAsync((_customer, _wallet, 2));
        Assert.Equal(2, await _books.Outbox().RenderAsync(CancellationToken.None));
        var told = await _books.BodiesAsync(_wallet);

        // Not dead after all, but slow: what it keeps comes too late.
        await dead.KeepAsync(claimed, [[1, 2, 3]], CancellationToken.None);

        Assert.Equal(2, told.Length);
        Assert.StartsWith($"{claimed[0].Sequence} ", told[0], StringComparison.Ordinal);
        Assert.EndsWith(" -3", told[1], StringComparison.Ordinal);
        Assert.Equal(told, await _books.BodiesAsync(_wallet));
        Assert.Equal(0, await _books.Outbox().RenderAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Render_BalanceThatMayStillChange_WaitsAndWhatFollowsItToo()
    {
        await _books.AddEventAsync(_wallet, WebhookEventKind.CustomerCreated);
        await _books.AddEventAsync(_wallet, WebhookEventKind.BalanceUpdated);
        await _books.AddEventAsync(_wallet, WebhookEventKind.BalanceLow);
        var (_, other) = await _books.Books.AddCustomerAsync();
        await _books.AddEventAsync(other, WebhookEventKind.BalanceLow);
        var outbox = _books.Outbox(TimeSpan.FromHours(1));

        Assert.Equal(2, await outbox.RenderAsync(CancellationToken.None));
        Assert.Single(await _books.BodiesAsync(other));
        await _books.Books.ExecuteAsync("update webhook_events set created_at = now() - interval '2 hours'");
        Assert.Equal(2, await outbox.RenderAsync(CancellationToken.None));

        Assert.Equal(
            ["CustomerCreated", "BalanceUpdated", "BalanceLow"], (await _books.BodiesAsync(_wallet)).Select(body => body.Split(' ')[1]));
    }

    [Fact]
    public async Task Render_BalanceBehindOneThatNobodyHasBegunToSend_TakesItsPlace()
    {
        await _books.ChargeAsync((_customer, _wallet, 1));
        await RenderAllAsync();
        var begun = Assert.Single(await _books.TakeAsync(DateTimeOffset.UtcNow.AddMinutes(1)));
        for (var i = 0; i < 3; i++)
        {
            await _books.ChargeAsync((_customer, _wallet, 1));
            await RenderAllAsync();
        }

        var states = (await _books.Deliveries.ListAsync(_books.Webhook, null, null, 10, CancellationToken.None)).Select(row => row.State);
        Assert.Equal([DeliveryState.Waiting, DeliveryState.Cancelled, DeliveryState.Cancelled, DeliveryState.Waiting], states);
        Assert.EndsWith(" -1", System.Text.Encoding.UTF8.GetString(begun.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_BalanceThatCannotBeTold_LeavesTheOneBeforeItWaiting()
    {
        await _books.ChargeAsync((_customer, _wallet, 1));
        await RenderAllAsync();
        await _books.ChargeAsync((_customer, _wallet, 1));

        Assert.Equal(1, await _books.Outbox(render: (_, _) => null).RenderAsync(CancellationToken.None));

        Assert.Equal([DeliveryState.Waiting], await StatesAsync(_books.Webhook));
        Assert.Single(await _books.TakeAsync(DateTimeOffset.UtcNow.AddMinutes(1)));
    }

    [Fact]
    public async Task Render_BesideADeletionOfTheWebhook_WaitsForItAndMakesNothingForIt()
    {
        var stays = await _books.AddWebhookAsync("https://example.net/");
        await _books.ChargeAsync((_customer, _wallet, 1));
        await using var deleting = await _books.Source.OpenConnectionAsync();
        await using var deletion = await deleting.BeginTransactionAsync();
        await ExecuteAsync(deleting, $"update webhooks set deleted_at = now() where webhook_id = '{_books.Webhook}'");

        var rendering = _books.Outbox().RenderAsync(CancellationToken.None);
        await _books.WaitForBlockedAsync();
        await deletion.CommitAsync();
        await rendering.WaitAsync(Soon);

        Assert.Empty(await StatesAsync(_books.Webhook));
        Assert.Equal([DeliveryState.Waiting], await StatesAsync(stays));
    }

    [Fact]
    public async Task Delete_BesideADeliveryThatIsBeingMade_CancelsItToo()
    {
        await _books.ChargeAsync((_customer, _wallet, 1));
        var outbox = _books.Outbox();
        var claimed = Assert.Single(await outbox.ClaimAsync(CancellationToken.None));
        await using var making = await _books.Source.OpenConnectionAsync();
        await using var delivery = await making.BeginTransactionAsync();
        await ExecuteAsync(making, $"update webhook_events set body = 'told' where sequence = {claimed.Sequence}");
        await DeliveryStore.AddAsync(making, [claimed.Sequence], DateTimeOffset.UtcNow, CancellationToken.None);

        var deletion = new WebhookStore(_books.Source).DeleteAsync(
            _books.Books.MerchantId, _books.Webhook, DateTimeOffset.UtcNow, CancellationToken.None);
        await _books.WaitForBlockedAsync();
        await delivery.CommitAsync();

        Assert.True(await deletion.WaitAsync(Soon));
        Assert.Equal([DeliveryState.Cancelled], await StatesAsync(_books.Webhook));
    }

    [Fact]
    public async Task Charge_MerchantWithoutWebhook_LeavesNoEvent()
    {
        await new WebhookStore(_books.Source).DeleteAsync(_books.Books.MerchantId, _books.Webhook, DateTimeOffset.UtcNow, default);

        await _books.ChargeAsync((_customer, _wallet, 1));

        Assert.Equal(0L, await _books.Books.ScalarAsync<long>("select count(*) from webhook_events"));
    }

    private async Task<DeliveryState[]> StatesAsync(Guid webhook) =>
        [.. (await _books.Deliveries.ListAsync(webhook, null, null, 10, CancellationToken.None)).Select(row => row.State)];

    private async Task RenderAllAsync()
    {
        while (await _books.Outbox().RenderAsync(CancellationToken.None) > 0)
        {
        }
    }

    private async Task GrantAsync(long wallet)
    {
        await using var connection = await _books.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await GrantLedger.LockAsync(connection, EntryKind.Grant, wallet, CancellationToken.None);
        await GrantLedger.BookAsync(
            connection, EntryKind.Grant, Ids.New(TimeProvider.System), wallet, new Money(5), DateTimeOffset.UtcNow, CancellationToken.None);
        await transaction.CommitAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
