using System.Text.Json.Nodes;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class LedgerStoreTests(PostgresServer server) : IAsyncLifetime
{
    private const long PagesMax = 200;
    private readonly Guid _request = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _books = await Books.OpenAsync(_source);
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task OfTransaction_AmongManyThatNoVacuumHasSeen_ReadsWhatIsBesideItsTime()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var at = new DateTimeOffset(2025, 11, 10, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(17);
        await _books.ExecuteAsync(
            $"""
            insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at)
            select gen_random_uuid(), {wallet}, 1, -1, timestamptz '2025-11-10 00:00+00' + make_interval(secs => i * 0.432 + 0.000001)
            from generate_series(0, 199999) i;
            insert into ledger_entries (transaction_id, wallet_id, kind, amount, created_at)
            values ('{_request}', {wallet}, 1, -5, '2025-11-10 12:00:00.000017+00'),
              ('{_request}', {_books.RevenueWallet}, 1, 5, '2025-11-10 12:00:00.000017+00'),
              ('{_other}', {wallet}, 1, -7, '2025-11-10 12:00:00.000017+00');
            analyze ledger_entries;
            """);

        var entries = await new LedgerStore(_source).OfTransactionAsync(_books.MerchantId, _request, at, CancellationToken.None);

        Assert.Equal(
            [(wallet, WalletKind.Customer, EntryKind.Charge, -5L), (_books.RevenueWallet, WalletKind.Revenue, EntryKind.Charge, 5L)],
            entries.Select(entry => (entry.WalletId, entry.Account, entry.Kind, entry.Amount.Units)));
        Assert.All(entries, entry => Assert.Equal(at, entry.CreatedAt));
        Assert.Empty(await new LedgerStore(_source).OfTransactionAsync(customer, _request, at, CancellationToken.None));
        Assert.Empty(await new LedgerStore(_source).OfTransactionAsync(
            _books.MerchantId, _request, at.AddMicroseconds(1), CancellationToken.None));
        Assert.InRange(await PagesAsync(LedgerStore.TransactionCommand(_books.MerchantId, _request, at)), 1, PagesMax);
    }

    private async Task<long> PagesAsync(NpgsqlCommand command)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using (command)
        {
            command.Connection = connection;
            command.CommandText = $"explain (analyze, buffers, format json) {command.CommandText}";
            var plan = JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!["Plan"]!;
            return (long)plan["Shared Hit Blocks"]! + (long)plan["Shared Read Blocks"]!;
        }
    }
}
