using Lava.Core;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>What needs attention, as it is listed: refused calls, empty wallets, payments that fail.</summary>
[Collection(PostgresCollection.Name)]
public sealed class AttentionListTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 10, 30, 0, 0, 0, TimeSpan.Zero);
    private Guid[] _customers = [];
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
        var customers = new[] { await _books.AddCustomerAsync("first"), await _books.AddCustomerAsync(), await _books.AddCustomerAsync() };
        _customers = [.. customers.Select(customer => customer.Id)];
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task Refusals_AddedTwice_AreSummedBetweenEdges()
    {
        var store = new RefusalStore(_source);
        RefusalCount[] counts =
        [
            new(_books.MerchantId, Start, "insufficient_credit", _customers[0], 3),
            new(_books.MerchantId, Start, "rate_limited", null, 1),
            new(_books.MerchantId, Start.AddHours(1), "insufficient_credit", _customers[1], 2),
            new(_books.MerchantId, Start.AddHours(1), "rate_limited", _customers[1], 1),
            new(_books.MerchantId, Start - RefusalStore.Kept, "rate_limited", null, 7),
        ];
        await store.AddAsync(counts, CancellationToken.None);
        await store.AddAsync(counts, CancellationToken.None);
        await store.RemoveOldAsync(Start.AddDays(1), CancellationToken.None);

        DateTimeOffset[] edges = [Start, Start.AddMinutes(30), Start.AddDays(1)];
        var totals = new TotalsStore(_source);
        Assert.Equal(
            [new(0, "insufficient_credit", 6), new(1, "insufficient_credit", 4), new(0, "rate_limited", 2), new(1, "rate_limited", 2)],
            await totals.RefusalsAsync(_books.MerchantId, null, edges, CancellationToken.None));
        Assert.Equal(
            [new(0, "insufficient_credit", 6)],
            await totals.RefusalsAsync(_books.MerchantId, _customers[..1], edges, CancellationToken.None));
        var refused = await new AttentionStore(_source).RefusedAsync(_books.MerchantId, Start, 10, CancellationToken.None);
        Assert.Equal(
            [(6, "insufficient_credit", "first"), (6, "insufficient_credit", null)],
            refused.Select(one => (one.Calls, one.Code, one.Name)).OrderBy(one => one.Name is null));
        Assert.Equal(4, await _books.ScalarAsync<long>("select count(*) from refusal_sums"));
    }

    [Fact]
    public async Task Alerts_LowAndEmptyWallets_EmptyFirst()
    {
        const string Set =
            """
            update wallets w set alert_level = $2, version = $3
            from customers c where c.wallet_id = w.wallet_id and c.customer_id = $1
            """;
        await _books.ExecuteAsync(Set, _customers[0], (short)1, 1L);
        await _books.ExecuteAsync(Set, _customers[1], (short)2, 1L);

        // Who never held anything is not told of.
        await _books.ExecuteAsync(Set, _customers[2], (short)2, 0L);
        var store = new AttentionStore(_source);

        var alerts = await store.AlertsAsync(_books.MerchantId, 10, CancellationToken.None);

        Assert.Equal([_customers[1], _customers[0]], alerts.Select(alert => alert.CustomerId));
        Assert.Empty(await store.AlertsAsync(Guid.NewGuid(), 10, CancellationToken.None));
        Assert.Equal(0, await store.FailingPaymentsAsync(_books.MerchantId, 10, CancellationToken.None));
        Assert.Empty(await store.FailingWebhooksAsync(_books.MerchantId, 10, CancellationToken.None));
    }

    [Fact]
    public async Task FailingPayments_ThoseToBeDecidedFirst_EachWithItsCustomer()
    {
        const string Add =
            """
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, status, attempts,
              next_attempt_at, decline_code, is_automatic, created_at, ended_at, review)
            select gen_random_uuid(), merchant_id, customer_id, wallet_id, 4, 90000000000, 0, 0, $2, $3,
              case when $2 = 0 then now() + make_interval(hours => $3) end, 'card_declined', false, now(),
              case when $2 > 1 then now() end, case when $2 = 5 then 'why' end
            from customers where customer_id = $1
            """;
        await _books.ExecuteAsync(Add, _customers[0], (short)0, 2);
        await _books.ExecuteAsync(Add, _customers[1], (short)0, 1);
        await _books.ExecuteAsync(Add, _customers[1], (short)5, 1);
        await _books.ExecuteAsync(Add, _customers[1], (short)3, 1);
        await _books.ExecuteAsync(Add, _customers[2], (short)0, 0);
        var store = new AttentionStore(_source);

        var failing = await store.ListFailingPaymentsAsync(_books.MerchantId, 10, CancellationToken.None);

        Assert.Equal(
            [(_customers[1], true, false, null), (_customers[1], false, true, null), (_customers[0], false, true, "first")],
            failing.Select(one => (one.CustomerId, one.IsInReview, one.NextAttemptAt is not null, one.Name)));
        Assert.All(failing, one => Assert.Equal((Money.FromDollars(9), "card_declined"), (one.Amount, one.DeclineCode)));
        Assert.Equal(3, await store.FailingPaymentsAsync(_books.MerchantId, 10, CancellationToken.None));
        Assert.Single(await store.ListFailingPaymentsAsync(_books.MerchantId, 1, CancellationToken.None));
        Assert.Empty(await store.ListFailingPaymentsAsync(Guid.NewGuid(), 10, CancellationToken.None));
    }
}
