using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Refunds. Only for the process that holds the node's live wallets: its fence must be the newest.</summary>
public sealed class RefundStore(StoreSource source, JournalPosition position) : IRefundStore
{
    private const short Failed = (short)RefundStatus.Failed;
    private const short Succeeded = (short)RefundStatus.Succeeded;

    /// <inheritdoc/>
    public Task<RefundOpening> OpenAsync(NewRefund refund, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            var payment = await PaymentRow.LockAsync(connection, refund.PaymentId, cancellationToken);
            if (payment is null || payment.Terms.MerchantId != refund.MerchantId)
            {
                return new RefundOpening(RefundOpeningOutcome.NoPayment);
            }

            if (await FindRepeatedAsync(connection, refund, cancellationToken) is { } repeated)
            {
                return repeated;
            }

            if (payment is not { Status: PaymentStatus.Succeeded, ProviderReference: not null })
            {
                return new RefundOpening(RefundOpeningOutcome.NotPaid);
            }

            if (await FindMakerAsync(connection, payment, cancellationToken) is { } maker && maker != refund.Provider)
            {
                return new RefundOpening(RefundOpeningOutcome.OtherProvider);
            }

            var left = payment.Amount - await GivenBackAsync(connection, payment, cancellationToken);
            var amount = refund.Amount ?? left;
            if (amount > left || amount <= Money.Zero)
            {
                return new RefundOpening(RefundOpeningOutcome.TooMuch, Left: left);
            }

            await InsertAsync(connection, refund, payment, RefundOrigin.Merchant, amount, null, cancellationToken);
            return new RefundOpening(
                RefundOpeningOutcome.Opened, await RefundRows.FindAsync(connection, refund.Id, cancellationToken));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Refund?> AdoptAsync(Guid id, string chargeReference, RefundResult found, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            if (await FindPaymentAsync(connection, chargeReference, cancellationToken) is not { } payment)
            {
                return null;
            }

            var known = await FindKnownAsync(connection, found, cancellationToken);
            var isMadeThere = known is null && found is { Reference: not null, Status: not RefundStatus.Failed };
            if (isMadeThere && payment.Status < PaymentStatus.Succeeded)
            {
                throw new ProviderUnavailableException("payment_not_booked");
            }

            if (isMadeThere
                && payment is { Status: PaymentStatus.Succeeded } && payment.ProviderReference == chargeReference)
            {
                var made = new NewRefund(id, payment.Terms.MerchantId, payment.Id, found.Amount, true, null, null, id);
                await InsertAsync(
                    connection, made, payment, RefundOrigin.Provider, found.Amount, found.Reference, cancellationToken);
                known = id;
            }

            return known is { } its ? await RefundRows.FindAsync(connection, its, cancellationToken) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<List<Guid>> FindDueAsync(bool isTest, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select r.refund_id from refunds r join payments p using (payment_id) join merchants m on m.merchant_id = p.merchant_id
            where (r.status < {Succeeded} or (r.status = {Failed} and r.credit > 0)) and m.is_test = @test
              and (r.looked_at is null or r.looked_at <= clock_timestamp()
                - greatest(interval '1 minute', least(interval '1 hour', r.looked_at - r.created_at)))
            order by r.refund_id limit @limit
            """)
            .Add("limit", limit).Add("test", isTest);
        return source.QueryAsync(command, row => row.GetGuid(0), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Refund?> LookAsync(Guid refundId, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            var refund = await RefundRows.FindAsync(connection, refundId, cancellationToken);
            await using var look = new NpgsqlCommand(
                "update refunds set looked_at = clock_timestamp() where refund_id = @id", connection).Add("id", refundId);
            await look.ExecuteNonQueryAsync(cancellationToken);
            return refund;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Refund> NoteCreditAsync(Guid refundId, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var note = new NpgsqlCommand(
                """
                update refunds set credit = (select coalesce(-sum(amount), 0) from adjustments where refund_id = @id) where refund_id = @id
                """,
                connection).Add("id", refundId);
            await note.ExecuteNonQueryAsync(cancellationToken);
            return (await RefundRows.FindAsync(connection, refundId, cancellationToken))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Refund> EndAsync(Guid refundId, RefundResult result, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var end = new NpgsqlCommand(
                $"""
                update refunds r set status = @status, failure_code = @code,
                  provider_reference = coalesce(r.provider_reference, @reference),
                  ended_at = case when @status >= {Succeeded} then clock_timestamp() end
                from (select status from refunds where refund_id = @id for update) old
                where r.refund_id = @id and old.status < @status returning old.status
                """,
                connection)
                .Add("id", refundId).Add("status", (short)result.Status).AddText("reference", result.Reference)
                .AddText("code", result.Status == RefundStatus.Failed ? result.FailureCode ?? "other" : null);
            var before = await end.ReadFirstAsync(row => (RefundStatus?)row.GetInt16(0), cancellationToken);
            var hasEnded = before is not null;
            var refund = (await RefundRows.FindAsync(connection, refundId, cancellationToken))!;
            if (hasEnded && refund is { Status: RefundStatus.Failed, Origin: RefundOrigin.LateCapture })
            {
                await RefundRows.TryLateAgainAsync(connection, Ids.New(TimeProvider.System), refundId, cancellationToken);
            }

            if (hasEnded && refund is { Status: RefundStatus.Succeeded, Origin: not RefundOrigin.LateCapture })
            {
                await PaymentEvents.TellOfRefundAsync(connection, refund, cancellationToken);
            }

            if (before == RefundStatus.Succeeded && refund is { Status: RefundStatus.Failed, Origin: not RefundOrigin.LateCapture })
            {
                await PaymentEvents.TellOfFailedRefundAsync(connection, refund, cancellationToken);
            }

            return refund;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<bool?> IsTestAsync(string chargeReference, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select m.is_test from payment_attempts a join payments p on p.payment_id = a.payment_id
            join merchants m on m.merchant_id = p.merchant_id where a.provider_reference = @charge
            """)
            .Add("charge", chargeReference);
        var rows = await source.QueryAsync(command, row => row.GetBoolean(0), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <inheritdoc/>
    public async Task<Refund?> FindAsync(Guid merchantId, Guid refundId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {RefundRows.Columns} {RefundRows.From} where p.merchant_id = @merchant and r.refund_id = @id")
            .Add("merchant", merchantId).Add("id", refundId);
        var rows = await source.QueryAsync(command, RefundRows.Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <inheritdoc/>
    public Task<List<Refund>> ListAsync(Guid paymentId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {RefundRows.Columns} {RefundRows.From} where r.payment_id = @payment and r.refund_id < @before
            order by r.refund_id desc limit @limit
            """)
            .Add("payment", paymentId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, RefundRows.Read, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Dictionary<Guid, Money>> SumAsync(IReadOnlyCollection<Guid> paymentIds, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select payment_id, sum(amount)::bigint from refunds where payment_id = any (@ids) and status <> {Failed} group by payment_id
            """)
            .Add("ids", paymentIds.ToArray());
        var rows = await source.QueryAsync(command, row => (Id: row.GetGuid(0), Sum: new Money(row.GetInt64(1))), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Sum);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, NewRefund refund, Payment payment, RefundOrigin origin, Money amount, string? reference,
        CancellationToken cancellationToken)
    {
        var shares = refund.TakesCredit
            ? await ShareRows.PlanAsync(connection, payment, Money.Min(amount, payment.Amount), cancellationToken)
            : [];
        await RefundRows.InsertAsync(connection, refund, payment, origin, amount, shares, reference, cancellationToken);
    }

    private static async Task<RefundOpening?> FindRepeatedAsync(
        NpgsqlConnection connection, NewRefund refund, CancellationToken cancellationToken)
    {
        if (refund.IdempotencyKey is null)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"""
            select {RefundRows.Columns}, r.fingerprint = @fingerprint {RefundRows.From}
            where r.payment_id = @payment and r.idempotency_key = @key
            """,
            connection)
            .Add("payment", refund.PaymentId).Add("key", refund.IdempotencyKey).Add("fingerprint", refund.Fingerprint);
        return await command.ReadFirstAsync(
            row => row.GetBoolean(RefundRows.Count)
                ? new RefundOpening(RefundOpeningOutcome.Repeated, RefundRows.Read(row))
                : new RefundOpening(RefundOpeningOutcome.Conflict),
            cancellationToken);
    }

    private static async Task<Money> GivenBackAsync(NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select coalesce(sum(amount), 0)::bigint from refunds
            where charge_reference = @charge and payment_id = @id and status <> {Failed}
            """,
            connection)
            .Add("charge", payment.ProviderReference!).Add("id", payment.Id);
        return await command.ReadFirstAsync(row => new Money(row.GetInt64(0)), cancellationToken);
    }

    private static async Task<PaymentProviderKind?> FindMakerAsync(
        NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select m.provider from payment_attempts a join payment_methods m using (payment_method_id)
            where a.provider_reference = @charge
            """,
            connection)
            .Add("charge", payment.ProviderReference!);
        return await command.ReadFirstAsync(row => (PaymentProviderKind?)row.GetInt16(0), cancellationToken);
    }

    private static async Task<Payment?> FindPaymentAsync(
        NpgsqlConnection connection, string chargeReference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select payment_id from payment_attempts where provider_reference = @charge", connection).Add("charge", chargeReference);
        var id = await command.ReadFirstAsync(row => (Guid?)row.GetGuid(0), cancellationToken);
        return id is { } payment ? await PaymentRow.LockAsync(connection, payment, cancellationToken) : null;
    }

    private static async Task<Guid?> FindKnownAsync(NpgsqlConnection connection, RefundResult found, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select refund_id from refunds where refund_id = @id or provider_reference = @reference limit 1", connection)
            .AddId("id", found.RefundId).AddText("reference", found.Reference);
        return await command.ReadFirstAsync(row => (Guid?)row.GetGuid(0), cancellationToken);
    }

    private Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            await JournalFence.HoldAsync(connection, position, cancellationToken);
            return await run(connection);
        },
        cancellationToken);
}
