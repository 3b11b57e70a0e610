using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Rows of refunds.</summary>
internal static class RefundRows
{
    /// <summary>Refunds of a late capture that may fail, one after the other: four days, mostly hourly.</summary>
    public const int LateMax = 100;

    /// <summary>The next column's ordinal.</summary>
    public const int Count = 18;

    /// <summary>In the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        """
        r.refund_id, r.payment_id, p.merchant_id, p.customer_id, p.wallet_id, m.is_test, r.charge_reference, r.origin, r.amount, r.shares,
        r.credit, r.status, r.reason, r.failure_code, r.created_at, r.looked_at is not null, c.provider, r.provider_reference
        """;

    /// <summary>What the columns are read from.</summary>
    public const string From =
        "from refunds r join payments p on p.payment_id = r.payment_id join merchants m on m.merchant_id = p.merchant_id"
        + " left join payment_attempts a on a.provider_reference = r.charge_reference"
        + " left join payment_methods c on c.payment_method_id = a.payment_method_id";

    /// <summary>Reads the current row.</summary>
    public static Refund Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        PaymentId = row.GetGuid(1),
        MerchantId = row.GetGuid(2),
        CustomerId = row.GetGuid(3),
        WalletId = row.GetInt64(4),
        IsTest = row.GetBoolean(5),
        ChargeReference = row.GetString(6),
        Origin = (RefundOrigin)row.GetInt16(7),
        Amount = new Money(row.GetInt64(8)),
        Shares = ShareRows.Read(row.GetString(9)),
        Credit = new Money(row.GetInt64(10)),
        Status = (RefundStatus)row.GetInt16(11),
        Reason = row.Text(12),
        FailureCode = row.Text(13),
        CreatedAt = row.Time(14),
        WasAsked = row.GetBoolean(15),
        Provider = row.IsDBNull(16) ? null : (PaymentProviderKind)row.GetInt16(16),
        Reference = row.Text(17),
    };

    /// <summary>A refund by its id; null: there is none.</summary>
    public static async Task<Refund?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {Columns} {From} where r.refund_id = @id", connection).Add("id", id);
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    /// <summary>Notes that a charge of a payment that is over, or was paid by another charge, goes back: once. The refund's id.</summary>
    public static async Task<Guid> AddLateAsync(
        NpgsqlConnection connection, Guid id, Payment payment, string chargeReference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into refunds (refund_id, payment_id, charge_reference, origin, amount, takes_credit, shares, status, fingerprint,
              created_at)
            values (@id, @payment, @charge, {(short)RefundOrigin.LateCapture}, @amount, false, '[]', {(short)RefundStatus.Waiting},
              @payment, clock_timestamp())
            on conflict (charge_reference) where origin = {(short)RefundOrigin.LateCapture} and status <> {(short)RefundStatus.Failed}
            do update set refund_id = refunds.refund_id
            returning refund_id
            """,
            connection)
            .Add("id", id).Add("payment", payment.Id).Add("charge", chargeReference).Add("amount", payment.Amount.Units);
        return await command.ReadFirstAsync(row => row.GetGuid(0), cancellationToken);
    }

    /// <summary>
    /// One of a late capture that failed is followed by another, for a provider answers the same refund in the same way. It is asked for
    /// after the pause that its predecessor would have had.
    /// </summary>
    public static async Task TryLateAgainAsync(NpgsqlConnection connection, Guid id, Guid failed, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into refunds (refund_id, payment_id, charge_reference, origin, amount, takes_credit, shares, status, fingerprint,
              created_at, looked_at)
            select @id, payment_id, charge_reference, origin, amount, takes_credit, shares, {(short)RefundStatus.Waiting}, fingerprint,
              created_at, clock_timestamp()
            from refunds f where refund_id = @failed and (
              select count(*) from refunds o where o.charge_reference = f.charge_reference and o.origin = f.origin) < {LateMax}
            on conflict do nothing
            """,
            connection)
            .Add("id", id).Add("failed", failed);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Notes a refund with its shares.</summary>
    public static async Task InsertAsync(
        NpgsqlConnection connection, NewRefund wish, Payment payment, RefundOrigin origin, Money amount, IEnumerable<CreditShare> shares,
        string? reference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into refunds (refund_id, payment_id, charge_reference, origin, amount, takes_credit, shares, status, provider_reference,
              reason, idempotency_key, fingerprint, created_at)
            values (@id, @payment, @charge, @origin, @amount, @takes, @shares, {(short)RefundStatus.Waiting}, @reference, @reason, @key,
              @fingerprint, clock_timestamp())
            """,
            connection)
            .Add("id", wish.Id).Add("payment", payment.Id).Add("charge", payment.ProviderReference!).Add("origin", (short)origin)
            .Add("amount", amount.Units).Add("takes", wish.TakesCredit).AddText("shares", ShareRows.Write(shares), NpgsqlDbType.Jsonb)
            .AddText("reference", reference).AddText("reason", wish.Reason).AddText("key", wish.IdempotencyKey)
            .Add("fingerprint", wish.Fingerprint);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
