using Lava.Billing.Credits;
using Lava.Core;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

/// <summary>A grant that is being committed while a new process takes the node over, or while the flusher writes.</summary>
[Collection(PostgresCollection.Name)]
public sealed class GrantTakeoverTests(PostgresServer server) : IAsyncLifetime
{
    private const int Node = 1;
    private NpgsqlDataSource _source = null!;
    private NpgsqlConnection _blocker = null!;
    private Books _books = null!;
    private JournalPosition _position;
    private Task<GrantResult> _giving = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
        _position = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
        _blocker = await _source.OpenConnectionAsync();

        // The grant stands before its wallet: as far as it can come before its COMMIT.
        var (customer, wallet) = await _books.AddCustomerAsync();
        await ExecuteAsync($"begin; select from wallets where wallet_id = {wallet} for update");
        _giving = new GrantStore(_source, _position, TimeProvider.System).AddAsync(Grant(customer, wallet), CancellationToken.None);
        await UntilWaitingAsync(1, _giving);
    }

    public async Task DisposeAsync()
    {
        await _blocker.DisposeAsync();
        await _giving;
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task Take_WhileAGrantIsBeingCommitted_LoadsItToo()
    {
        var loading = TakeAndCountAsync();
        await UntilWaitingAsync(2, loading);
        await ExecuteAsync("commit");

        Assert.Equal(1, await loading);
    }

    [Fact]
    public async Task Write_WhileAGrantIsBeingCommitted_DoesNotWait()
    {
        await using var writer = new UsageRecordWriter(_source);
        var (customer, wallet) = await _books.AddCustomerAsync();

        var writing = writer.WriteAsync([_books.Record(customer, wallet, 5)], _position, 1, CancellationToken.None);
        await UntilWaitingAsync(2, writing);

        Assert.True(writing.IsCompletedSuccessfully);
    }

    private static NewGrant Grant(Guid customer, long wallet) => new()
    {
        Id = Ids.New(TimeProvider.System),
        MerchantId = default,
        CustomerId = customer,
        WalletId = wallet,
        Amount = new Money(7),
        Fingerprint = default,
    };

    private async Task<long> TakeAndCountAsync()
    {
        await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
        return await _books.ScalarAsync<long>("select count(*) from grants");
    }

    // Until as many sessions wait for a lock, or what was started has ended.
    private async Task UntilWaitingAsync(int sessions, Task started)
    {
        while (!started.IsCompleted && await _books.ScalarAsync<long>("""
            select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            """) < sessions)
        {
            await Task.Yield();
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _blocker);
        await command.ExecuteNonQueryAsync();
    }
}
