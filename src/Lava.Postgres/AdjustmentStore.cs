using Lava.Billing.Credits;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// Adjustments and their side of the ledger. Only for the process that holds the node's live wallets: its fence must be the newest.
/// </summary>
public sealed class AdjustmentStore(StoreSource source, JournalPosition position, TimeProvider time) : IAdjustmentStore
{
    private const string Columns = "adjustment_id, customer_id, kind, amount, reason, grant_id, request_id, created_at";

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<AdjustmentResult> BookAsync(
        NewAdjustment adjustment, Func<UnspentCredit, bool> take, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                var kind = KindOf(adjustment.Kind);
                var posted = await GrantLedger.LockAsync(connection, kind, adjustment.WalletId, cancellationToken);

                // Under the lock: of two calls with one key the second sees the first one's row.
                if (await FindRepeatedAsync(connection, adjustment, cancellationToken) is { } repeated)
                {
                    return repeated;
                }

                var plan = await PlanAsync(connection, adjustment, posted, cancellationToken);
                if (plan.Outcome != AdjustmentOutcome.Booked)
                {
                    return new AdjustmentResult(plan.Outcome, Limit: plan.Amount);
                }

                if (plan.Amount < Money.Zero && !take(plan.Unspent))
                {
                    return new AdjustmentResult(AdjustmentOutcome.GrantSpent);
                }

                // From here on the live wallet may have lost the money: only a failure or the commit ends this.
                var at = time.GetUtcNow();
                await ChangeGrantsAsync(connection, adjustment, posted, plan.Amount, at);
                await GrantLedger.BookAsync(connection, kind, adjustment.Id, adjustment.WalletId, plan.Amount, at, CancellationToken.None);
                return new AdjustmentResult(AdjustmentOutcome.Booked, await InsertAsync(connection, adjustment, plan.Amount, at));
            },
            CancellationToken.None);

    /// <inheritdoc/>
    public Task<Money> FindBookedAsync(NewAdjustment adjustment, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await GrantLedger.LockAsync(connection, KindOf(adjustment.Kind), adjustment.WalletId, cancellationToken);
                await using var command = new NpgsqlCommand(
                    "select amount from adjustments where adjustment_id = @id", connection).Add("id", adjustment.Id);
                return new Money(await command.ReadFirstAsync(row => row.GetInt64(0), cancellationToken));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<List<Adjustment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from adjustments where customer_id = @customer and adjustment_id < @before
            order by adjustment_id desc limit @limit
            """)
            .Add("customer", customerId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    private static EntryKind KindOf(AdjustmentKind kind) => kind switch
    {
        AdjustmentKind.Refund => EntryKind.Refund,
        AdjustmentKind.Correction => EntryKind.Correction,
        AdjustmentKind.Debt => EntryKind.Debt,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static async Task<AdjustmentResult?> FindRepeatedAsync(
        NpgsqlConnection connection, NewAdjustment adjustment, CancellationToken cancellationToken)
    {
        if (adjustment.IdempotencyKey is null)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"select {Columns}, fingerprint = @fingerprint from adjustments where customer_id = @customer and idempotency_key = @key",
            connection)
            .Add("fingerprint", adjustment.Fingerprint).Add("customer", adjustment.CustomerId).Add("key", adjustment.IdempotencyKey);
        return await command.ReadFirstAsync(
            row => new AdjustmentResult(row.GetBoolean(8) ? AdjustmentOutcome.Repeated : AdjustmentOutcome.Conflict, Read(row)),
            cancellationToken);
    }

    private static Task<Plan> PlanAsync(
        NpgsqlConnection connection, NewAdjustment adjustment, Money posted, CancellationToken cancellationToken) =>
        adjustment.Kind switch
        {
            AdjustmentKind.Refund => PlanRefundAsync(connection, adjustment, posted, cancellationToken),
            AdjustmentKind.Debt when posted >= Money.Zero => Task.FromResult(new Plan(AdjustmentOutcome.NothingOwed)),
            AdjustmentKind.Debt => Task.FromResult(new Plan(AdjustmentOutcome.Booked, Money.Min(adjustment.Amount, -posted))),
            _ => Task.FromResult(new Plan(AdjustmentOutcome.Booked, adjustment.Amount)),
        };

    private static async Task<Plan> PlanRefundAsync(
        NpgsqlConnection connection, NewAdjustment adjustment, Money posted, CancellationToken cancellationToken)
    {
        if (await GrantBurn.FindAsync(connection, adjustment.WalletId, adjustment.GrantId!.Value, cancellationToken) is not { } share)
        {
            return new Plan(AdjustmentOutcome.GrantUnknown);
        }

        if (adjustment.Amount > share.Refundable)
        {
            return new Plan(AdjustmentOutcome.GrantExceeded, share.Refundable);
        }

        return adjustment.RemainingOnly && adjustment.Amount > share.Remaining
            ? new Plan(AdjustmentOutcome.GrantSpent)
            : new Plan(AdjustmentOutcome.Booked, -adjustment.Amount, new UnspentCredit(posted, share.Earlier + share.Remaining));
    }

    private static async Task ChangeGrantsAsync(
        NpgsqlConnection connection, NewAdjustment adjustment, Money posted, Money amount, DateTimeOffset at)
    {
        if (amount < Money.Zero)
        {
            await GrantBurn.LowerAsync(connection, adjustment.WalletId, adjustment.GrantId, -amount, CancellationToken.None);
        }

        switch (adjustment.Kind)
        {
            case AdjustmentKind.Refund:
                await GrantBurn.TakeBackAsync(connection, adjustment.GrantId!.Value, -amount, CancellationToken.None);
                break;
            case AdjustmentKind.Correction when amount > Money.Zero:
                await GrantBurn.UndoTakingBackAsync(connection, adjustment, CancellationToken.None);
                await GrantStore.InsertAsync(connection, AsGrant(adjustment), posted, at, CancellationToken.None);
                break;
        }
    }

    // Credit like any other, which calls can spend: the sum of the grants must stay what the wallet has.
    private static NewGrant AsGrant(NewAdjustment adjustment) => new()
    {
        Id = adjustment.Id,
        MerchantId = adjustment.MerchantId,
        CustomerId = adjustment.CustomerId,
        WalletId = adjustment.WalletId,
        Origin = CreditOrigin.Correction,
        Amount = adjustment.Amount,
        Reason = adjustment.Reason,
        Fingerprint = adjustment.Fingerprint,
    };

    private static async Task<Adjustment> InsertAsync(
        NpgsqlConnection connection, NewAdjustment adjustment, Money amount, DateTimeOffset at)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into adjustments (adjustment_id, customer_id, wallet_id, kind, amount, reason, grant_id, request_id,
              idempotency_key, fingerprint, created_at, refund_id, dispute_reference, dispute_round)
            values (@id, @customer, @wallet, @kind, @amount, @reason, @grant, @request, @key, @fingerprint, @at, @refund, @dispute,
              @round)
            returning {Columns}
            """,
            connection)
            .Add("id", adjustment.Id).Add("customer", adjustment.CustomerId).Add("wallet", adjustment.WalletId)
            .Add("kind", (short)adjustment.Kind).Add("amount", amount.Units).Add("reason", adjustment.Reason)
            .AddText("request", adjustment.RequestId).AddText("key", adjustment.IdempotencyKey)
            .Add("fingerprint", adjustment.Fingerprint).AddTime("at", at).AddId("refund", adjustment.RefundId)
            .AddText("dispute", adjustment.DisputeReference).Add("round", adjustment.DisputeRound);
        object grant = adjustment.GrantId is { } id ? id : DBNull.Value;
        command.Parameters.Add(new NpgsqlParameter("grant", NpgsqlDbType.Uuid) { Value = grant });
        return (await command.ReadFirstAsync(Read, CancellationToken.None))!;
    }

    private static Adjustment Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetGuid(1),
        (AdjustmentKind)row.GetInt16(2),
        new Money(row.GetInt64(3)),
        row.GetString(4),
        row.IsDBNull(5) ? null : row.GetGuid(5),
        row.Text(6),
        row.Time(7));

    /// <summary>What is to be booked, or why nothing is.</summary>
    /// <param name="Outcome">Booked, or why not.</param>
    /// <param name="Amount">What the wallet gains, negative: loses; where the grant has too little: the most that it could lose.</param>
    /// <param name="Unspent">What a refund may take where it may take nothing spent.</param>
    private readonly record struct Plan(AdjustmentOutcome Outcome, Money Amount = default, UnspentCredit Unspent = default);
}
