using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Disputes. Only for the process that holds the node's live wallets: its fence must be the newest.</summary>
public sealed class DisputeStore(StoreSource source, JournalPosition position) : IDisputeStore
{
    private const string Select =
        """
        select d.reference, d.payment_id, p.merchant_id, p.customer_id, p.wallet_id, d.amount, d.shares,
          (select coalesce(-sum(a.amount), 0)::bigint from adjustments a where a.dispute_reference = d.reference), d.status, d.is_settled,
          d.takes
        from disputes d join payments p on p.payment_id = d.payment_id
        """;

    /// <inheritdoc/>
    public Task<Dispute?> NoteAsync(DisputeResult found, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var find = new NpgsqlCommand(
                "select payment_id from payment_attempts where provider_reference = @charge", connection)
                .Add("charge", found.ChargeReference);
            if (await find.ReadFirstAsync(row => (Guid?)row.GetGuid(0), cancellationToken) is not { } id
                || await PaymentRow.LockAsync(connection, id, cancellationToken) is not { } payment)
            {
                return null;
            }

            if (payment.Status < PaymentStatus.Succeeded)
            {
                throw new ProviderUnavailableException("payment_not_booked");
            }

            var known = await FindAsync(connection, found.Reference, cancellationToken);
            if (known is not null && found.Status == known.Status)
            {
                return known;
            }

            var takes = IsAway(found.Status) && !(known is { } old && IsAway(old.Status));
            if (takes && known is { IsSettled: false })
            {
                throw new ProviderUnavailableException("dispute_not_settled");
            }

            var amount = Money.Min(found.Amount, payment.Amount);
            var isPlanned = !takes && (known?.Shares.Count > 0 || !IsAway(found.Status));
            var shares = !isPlanned && payment.Status == PaymentStatus.Succeeded && payment.ProviderReference == found.ChargeReference
                ? await ShareRows.PlanAsync(connection, payment, amount, cancellationToken)
                : takes ? [] : known?.Shares ?? [];
            await WriteAsync(connection, found, payment.Id, amount, shares, takes, cancellationToken);
            WalletFloor? floor = takes ? await TakenAsync(connection, payment, amount, cancellationToken) : null;
            return (await FindAsync(connection, found.Reference, cancellationToken))! with { Floor = floor };
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<List<Dispute>> FindUnsettledAsync(int limit, CancellationToken cancellationToken) => source.QueryAsync(
        new NpgsqlCommand(
            $"""
            with due as (
              update disputes set tries = tries + 1, next_look_at = clock_timestamp()
                + least(interval '1 hour', interval '10 seconds' * power(2, least(tries, 10)))
              where reference in (
                select reference from disputes where not is_settled and next_look_at <= clock_timestamp()
                order by next_look_at, reference limit @limit for update skip locked)
              returning reference)
            {Select} where d.reference in (select reference from due) order by d.reference
            """)
            .Add("limit", limit),
        Read, cancellationToken);

    /// <inheritdoc/>
    public Task NoteCreditAsync(Dispute dispute, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                update disputes d set is_settled = d.status = @status,
                  credit = (select coalesce(-sum(a.amount), 0) from adjustments a where a.dispute_reference = d.reference)
                where reference = @reference
                """,
                connection)
                .Add("reference", dispute.Reference).Add("status", (short)dispute.Status);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    private static bool IsAway(DisputeStatus status) => status is DisputeStatus.Open or DisputeStatus.Lost;

    private static async Task<Dispute?> FindAsync(NpgsqlConnection connection, string reference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{Select} where d.reference = @reference", connection).Add("reference", reference);
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, DisputeResult found, Guid paymentId, Money amount, IEnumerable<CreditShare> shares,
        bool takes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into disputes (reference, payment_id, amount, shares, status, is_settled, created_at, takes, ended_at)
            values (@reference, @payment, @amount, @shares, @status, @status = {(short)DisputeStatus.Inquiry}, @created, @takes,
              case when @status > {(short)DisputeStatus.Open} then clock_timestamp() end)
            on conflict (reference) do update set status = excluded.status, amount = excluded.amount, shares = excluded.shares,
              is_settled = false, takes = disputes.takes + excluded.takes, tries = 0, next_look_at = clock_timestamp(),
              ended_at = excluded.ended_at
            """,
            connection)
            .Add("reference", found.Reference).Add("payment", paymentId).Add("amount", amount.Units)
            .AddText("shares", ShareRows.Write(shares), NpgsqlDbType.Jsonb).Add("status", (short)found.Status)
            .AddTime("created", found.CreatedAt).Add("takes", takes ? 1 : 0);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Who disputes a charge is not charged again without being asked; and the wallet can go no further than it has.
    private static async Task<WalletFloor> TakenAsync(
        NpgsqlConnection connection, Payment payment, Money amount, CancellationToken cancellationToken)
    {
        var terms = payment.Terms;
        await PaymentLocks.CustomerAsync(connection, terms.WalletId, cancellationToken);
        await PaymentLocks.SubscriptionAsync(connection, terms.CustomerId, cancellationToken);
        await PaymentLocks.WalletsAsync(connection, terms.WalletId, [], cancellationToken);
        await using var card = new NpgsqlCommand(
            """
            update payment_methods set error_code = @code, error_message = @message, error_at = merchant_now(merchant_id, clock_timestamp())
            where payment_method_id = @card and error_code is null
            """,
            connection)
            .AddId("card", payment.PaymentMethodId).Add("code", DeclineCodes.Disputed)
            .Add("message", DeclineWords.Of(DeclineCodes.Disputed));
        await card.ExecuteNonQueryAsync(cancellationToken);
        await using var test = new NpgsqlCommand("select is_test from merchants where merchant_id = @merchant", connection)
            .Add("merchant", terms.MerchantId);
        var isTest = await test.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
        await PaymentEvents.TellOfDisputeAsync(connection, payment, isTest, amount, cancellationToken);
        var (floor, _) = await OverageRow.SetFloorAsync(connection, terms.WalletId, cancellationToken);
        return floor;
    }

    private static Dispute Read(NpgsqlDataReader row) => new()
    {
        Reference = row.GetString(0),
        PaymentId = row.GetGuid(1),
        MerchantId = row.GetGuid(2),
        CustomerId = row.GetGuid(3),
        WalletId = row.GetInt64(4),
        Amount = new Money(row.GetInt64(5)),
        Shares = ShareRows.Read(row.GetString(6)),
        Credit = new Money(row.GetInt64(7)),
        Status = (DisputeStatus)row.GetInt16(8),
        IsSettled = row.GetBoolean(9),
        Takes = row.GetInt32(10),
    };

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            await JournalFence.HoldAsync(connection, position, cancellationToken);
            return await run(connection);
        },
        cancellationToken);
}
