using Lava.Metering;
using Npgsql;

namespace Lava.Postgres.Seeding;

/// <summary>
/// Fills an empty store with a past, as fast as rows go in. Calls go the way of the flush itself, under a node's number of their own: so
/// balances, sums and the journal's position agree as they always do. Before a server starts on the store. Not thread-safe.
/// </summary>
public sealed class SeedStore : IAsyncDisposable
{
    /// <summary>The node whose journal seeded calls count as: beyond the numbers that servers can have.</summary>
    public const int NodeId = 9_000;

    private readonly NpgsqlDataSource _source;
    private readonly Guid _merchantId;
    private readonly UsageRecordWriter _writer;
    private readonly Dictionary<WalletKind, long> _contra;
    private JournalPosition _position;

    private SeedStore(NpgsqlDataSource source, Guid merchantId, Dictionary<WalletKind, long> contra, JournalPosition position)
    {
        _source = source;
        _merchantId = merchantId;
        _writer = new UsageRecordWriter(source);
        _contra = contra;
        _position = position;
    }

    /// <summary>The wallet of the merchant itself.</summary>
    public long MerchantWalletId => _contra[WalletKind.Merchant];

    internal static async Task<SeedStore> OpenAsync(NpgsqlDataSource source, Guid merchantId, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"select kind, wallet_id from wallets where merchant_id = @merchant and kind <> {(short)WalletKind.Customer}", connection)
            .Add("merchant", merchantId);
        var own = await command.ReadAllAsync(row => ((WalletKind)row.GetInt16(0), row.GetInt64(1)), cancellationToken);
        var position = await JournalPosition.TakeAsync(source, NodeId, cancellationToken);
        return new SeedStore(source, merchantId, own.ToDictionary(), position);
    }

    /// <summary>Numbers for new customers' wallets.</summary>
    public async Task<List<long>> TakeWalletIdsAsync(int count, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "select nextval(pg_get_serial_sequence('wallets', 'wallet_id')) from generate_series(1, $1)");
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<long>(count);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>Those who came, and money that came in, ascending by time: one transaction.</summary>
    public async Task AddAsync(
        IReadOnlyList<SeedCustomer> customers, IReadOnlyList<SeedIncome> incomes, CancellationToken cancellationToken)
    {
        if (customers.Count == 0 && incomes.Count == 0)
        {
            return;
        }

        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (customers.Count > 0)
        {
            await SeedPeople.CopyAsync(connection, _merchantId, customers, cancellationToken);
        }

        if (incomes.Count > 0)
        {
            await SeedMoney.BookAsync(connection, _merchantId, _contra, incomes, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Calls, ascending by time.</summary>
    public async Task WriteAsync(IReadOnlyList<UsageRecord> calls, CancellationToken cancellationToken)
    {
        for (var first = 0; first < calls.Count; first += FlushLimits.MaxRecords)
        {
            var part = calls.Skip(first).Take(FlushLimits.MaxRecords).ToList();
            _position = await _writer.WriteAsync(part, _position, _position.Sequence + part.Count, cancellationToken);
        }
    }

    /// <summary>Calls that were refused.</summary>
    public async Task AddAsync(IReadOnlyCollection<SeedRefusal> refusals, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await SeedRows.CopyAsync(
            connection, "refusal_sums (merchant_id, quarter, code, customer_id, calls)", refusals,
            (rows, refusal) => rows.Row()
                .Id(_merchantId).Time(refusal.Quarter).Text(refusal.Code).Id(refusal.CustomerId).Long(refusal.Calls),
            cancellationToken);
    }

    /// <summary>What books what befalls single customers.</summary>
    /// <param name="newId">Makes an id of a moment.</param>
    public SeedBilling OpenBilling(Func<DateTimeOffset, Guid> newId) => new(_source, _position, _merchantId, newId);

    /// <summary>Webhooks, and what they were told in the last days; behind all else.</summary>
    /// <param name="webhooks">The webhooks, each with its sealed secret.</param>
    /// <param name="keyId">The master key that the secrets are sealed under.</param>
    /// <param name="render">Writes the bodies.</param>
    /// <param name="now">Where the past ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task AddWebhooksAsync(
        IReadOnlyList<(WebhookRecord Webhook, byte[] Secret)> webhooks, int keyId, EventRenderer render, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        new SeedEvents(_source, _merchantId, now).AddAsync(webhooks, keyId, render, cancellationToken);

    /// <summary>
    /// The end: wallets are told how full they are, and are looked at once more when a server starts; statistics are made, without which
    /// the first pages would be planned blind.
    /// </summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        const short Customer = (short)WalletKind.Customer;
        await using var batch = _source.CreateBatch();
        batch.Timeout = 0;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"""
            update wallets w set
              alert_level = case when w.posted <= 0 and w.posted <= coalesce(w.floor, 0) then 2
                when w.posted < m.low_balance then 1 else 0 end
            from merchants m where m.merchant_id = w.merchant_id and w.kind = {Customer}
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"insert into wallets_due (wallet_id) select wallet_id from wallets where kind = {Customer} on conflict do nothing"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("analyze"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();
}
