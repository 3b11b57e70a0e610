using Lava.Billing.Credits;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Grants of credit and their side of the ledger.</summary>
public sealed class GrantStore(NpgsqlDataSource source, TimeProvider time) : IGrantStore
{
    private const string Columns = "grant_id, customer_id, amount, remaining, reason, expires_at, created_at";

    /// <inheritdoc/>
    public Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await HoldNodesAsync(connection, cancellationToken);
                var posted = await GrantLedger.LockAsync(connection, grant.WalletId, cancellationToken);

                // Under the lock: of two calls with one key the second sees the first one's row.
                if (await FindRepeatedAsync(connection, grant, cancellationToken) is { } repeated)
                {
                    return repeated;
                }

                var debt = posted < Money.Zero ? -posted : Money.Zero;
                var remaining = grant.Amount - Money.Min(debt, grant.Amount);
                var at = time.GetUtcNow();
                var added = await InsertAsync(connection, grant, remaining, at, cancellationToken);
                await GrantLedger.BookAsync(
                    connection, EntryKind.Grant, grant.Id, grant.WalletId, grant.Amount, at, cancellationToken);
                return new GrantResult(GrantOutcome.Given, added);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await GrantLedger.LockAsync(connection, grant.WalletId, cancellationToken);
                await using var command = new NpgsqlCommand(
                    "select exists (select from grants where grant_id = @id)", connection).Add("id", grant.Id);
                return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
            },
            cancellationToken);

    /// <summary>A customer's grants, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<Grant>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {Columns} from grants where customer_id = @customer and grant_id < @before order by grant_id desc limit @limit")
            .Add("customer", customerId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    // Until the transaction ends, before the wallets: no process takes over, which would load its wallets without this grant and never
    // learn of it. The flusher, which moves the position, is not held up.
    private static async Task HoldNodesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select from journal_positions order by node_id for key share", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<GrantResult?> FindRepeatedAsync(
        NpgsqlConnection connection, NewGrant grant, CancellationToken cancellationToken)
    {
        if (grant.IdempotencyKey is null)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"select {Columns}, fingerprint = @fingerprint from grants where customer_id = @customer and idempotency_key = @key",
            connection)
            .Add("fingerprint", grant.Fingerprint).Add("customer", grant.CustomerId).Add("key", grant.IdempotencyKey);
        return await command.ReadFirstAsync(
            row => new GrantResult(row.GetBoolean(7) ? GrantOutcome.Repeated : GrantOutcome.Conflict, Read(row)), cancellationToken);
    }

    private static async Task<Grant> InsertAsync(
        NpgsqlConnection connection, NewGrant grant, Money remaining, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into grants
              (grant_id, customer_id, wallet_id, amount, remaining, reason, expires_at, idempotency_key, fingerprint, created_at)
            values (@id, @customer, @wallet, @amount, @remaining, @reason, @expires, @key, @fingerprint, @at)
            returning {Columns}
            """,
            connection)
            .Add("id", grant.Id).Add("customer", grant.CustomerId).Add("wallet", grant.WalletId)
            .Add("amount", grant.Amount.Units).Add("remaining", remaining.Units).AddText("reason", grant.Reason)
            .AddTime("expires", grant.ExpiresAt).AddText("key", grant.IdempotencyKey).Add("fingerprint", grant.Fingerprint)
            .AddTime("at", at);
        return (await command.ReadFirstAsync(Read, cancellationToken))!;
    }

    private static Grant Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        CustomerId = row.GetGuid(1),
        Amount = new Money(row.GetInt64(2)),
        Remaining = new Money(row.GetInt64(3)),
        Reason = row.Text(4),
        ExpiresAt = row.IsDBNull(5) ? null : row.Time(5),
        CreatedAt = row.Time(6),
    };
}
