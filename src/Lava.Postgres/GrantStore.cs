using Lava.Billing.Credits;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Grants of credit and their side of the ledger. Only for the process that holds the node's live wallets: its fence must be the newest.
/// </summary>
public sealed class GrantStore(StoreSource source, JournalPosition position, TimeProvider time) : IGrantStore
{
    private const string Columns = "grant_id, customer_id, origin, amount, remaining, reason, expires_at, created_at";

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<GrantResult> AddAsync(NewGrant grant, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                var kind = KindOf(grant.Origin);
                var posted = await GrantLedger.LockAsync(connection, kind, grant.WalletId, cancellationToken);
                var at = time.GetUtcNow();

                // Inserted first, asked afterwards: of two with one key or payment the second waits for the first one's commit here.
                if (await InsertAsync(connection, grant, posted, at, cancellationToken) is not { } added)
                {
                    return await FindRepeatedAsync(connection, grant, cancellationToken);
                }

                await GrantLedger.BookAsync(connection, kind, grant.Id, grant.WalletId, grant.Amount, at, cancellationToken);
                return new GrantResult(GrantOutcome.Given, added);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsCommittedAsync(NewGrant grant, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await GrantLedger.LockAsync(connection, KindOf(grant.Origin), grant.WalletId, cancellationToken);
                await using var command = new NpgsqlCommand(
                    "select exists (select from grants where grant_id = @id)", connection).Add("id", grant.Id);
                return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<List<Grant>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {Columns} from grants where customer_id = @customer and grant_id < @before order by grant_id desc limit @limit")
            .Add("customer", customerId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>
    /// Adds a grant to a locked wallet whose posted balance is given: a debt is paid out of it first. Null, and nothing is added, where
    /// its id, its key or its payment is there already, or where it would have expired.
    /// </summary>
    internal static async Task<Grant?> InsertAsync(
        NpgsqlConnection connection, NewGrant grant, Money posted, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var debt = posted < Money.Zero ? -posted : Money.Zero;
        var remaining = grant.Amount - Money.Min(debt, grant.Amount);
        await using var command = new NpgsqlCommand(
            $"""
            insert into grants (grant_id, merchant_id, customer_id, wallet_id, origin, amount, remaining, reason, expires_at,
              external_reference, idempotency_key, fingerprint, created_at)
            select @id, @merchant, @customer, @wallet, @origin, @amount, @remaining, @reason, @expires,
              @reference, @key, @fingerprint, @at
            where @expires is null or @expires > @at
            on conflict do nothing
            returning {Columns}
            """,
            connection)
            .Add("id", grant.Id).Add("merchant", grant.MerchantId).Add("customer", grant.CustomerId).Add("wallet", grant.WalletId)
            .Add("origin", (short)grant.Origin).Add("amount", grant.Amount.Units).Add("remaining", remaining.Units)
            .AddText("reason", grant.Reason).AddTime("expires", grant.ExpiresAt).AddText("reference", grant.ExternalReference)
            .AddText("key", grant.IdempotencyKey).Add("fingerprint", grant.Fingerprint).AddTime("at", at);
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    // The key may name one grant and the payment another: a conflict, as is any difference from the one that both name.
    private static async Task<GrantResult> FindRepeatedAsync(
        NpgsqlConnection connection, NewGrant grant, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {Columns}, fingerprint = @fingerprint and customer_id = @customer and origin = @origin
              and external_reference is not distinct from @reference
            from grants where grant_id = @id or (customer_id = @customer and idempotency_key = @key)
              or (merchant_id = @merchant and external_reference = @reference)
            """,
            connection)
            .Add("id", grant.Id).Add("fingerprint", grant.Fingerprint).Add("merchant", grant.MerchantId).Add("customer", grant.CustomerId)
            .Add("origin", (short)grant.Origin).AddText("reference", grant.ExternalReference).AddText("key", grant.IdempotencyKey);
        var found = await command.ReadAllAsync(row => (Grant: Read(row), IsSame: row.GetBoolean(8)), cancellationToken);
        return found switch
        {
            [] => new GrantResult(GrantOutcome.Expired, null),
            [{ IsSame: true }] => new GrantResult(GrantOutcome.Repeated, found[0].Grant),
            _ => new GrantResult(GrantOutcome.Conflict, found[0].Grant),
        };
    }

    private static EntryKind KindOf(CreditOrigin origin) => origin switch
    {
        CreditOrigin.Grant => EntryKind.Grant,
        CreditOrigin.Purchase => EntryKind.Purchase,
        CreditOrigin.CycleCredit => EntryKind.CycleCredit,
        CreditOrigin.Overage => EntryKind.Overage,

        // A correction has a document of its own, which AdjustmentStore writes beside the grant.
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    private static Grant Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        CustomerId = row.GetGuid(1),
        Origin = (CreditOrigin)row.GetInt16(2),
        Amount = new Money(row.GetInt64(3)),
        Remaining = new Money(row.GetInt64(4)),
        Reason = row.Text(5),
        ExpiresAt = row.IsDBNull(6) ? null : row.Time(6),
        CreatedAt = row.Time(7),
    };
}
