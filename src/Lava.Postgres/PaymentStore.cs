using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Payments, their attempts and their side of the ledger. Only for the process that holds the node's live wallets: its fence must be the
/// newest. Times are those of the merchant's clock (<see cref="MerchantClock"/>).
/// </summary>
public sealed class PaymentStore : IPaymentStore
{
    private const short Waiting = (short)PaymentStatus.Waiting;
    private const short Attempting = (short)PaymentStatus.Attempting;

    // A payment is taken by a checkout session once.
    private const int SucceedTurnsMax = 3;
    private readonly StoreSource _source;
    private readonly JournalPosition _position;
    private readonly TimeProvider _time;
    private readonly PaymentEnding _ending;

    internal PaymentStore(StoreSource source, JournalPosition position, TimeProvider time, ISubscriptionMoney subscriptions)
    {
        (_source, _position, _time) = (source, position, time);
        _ending = new PaymentEnding(subscriptions, new CheckoutMoney());
    }

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was opened.</exception>
    public Task<PaymentOpening> OpenAsync(Guid id, NewPayment payment, CancellationToken cancellationToken) =>
        _source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, _position, cancellationToken);
                var locked = await PaymentLocks.OpenPaymentAsync(connection, payment.WalletId, cancellationToken);
                return await PaymentLocks.CustomerAsync(connection, payment.WalletId, cancellationToken) is { IsDeleted: false }
                    ? await PaymentOpener.OpenAsync(connection, id, payment, locked, cancellationToken)
                    : new PaymentOpening(OpeningOutcome.NoCustomer, null);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<List<DuePayment>> FindDueAsync(
        bool isTest, TimeSpan running, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            (select payment_id, true from payments p join merchants m using (merchant_id)
            where status = {Attempting} and m.is_test = @test and exists (
              select from payment_attempts a where a.payment_id = p.payment_id and a.attempt = p.attempts
                and a.sent_at <= clock_timestamp()
                  - case when a.action = {(short)PaymentAction.Wanted} then @patience else least(@age, @running) end
                and (a.looked_at is null or a.looked_at <= clock_timestamp()
                  - least(@running, greatest(interval '1 minute', least(interval '1 hour', a.looked_at - a.sent_at))))) limit @limit)
            union all
            (select payment_id, false from payments p join merchants m using (merchant_id)
            where status = {Waiting} and m.is_test = @test and not is_attended
              and next_attempt_at <= merchant_now(p.merchant_id, clock_timestamp())
            order by next_attempt_at limit @limit)
            """)
            .Add("running", running).Add("age", CardPayments.InDoubtAfter).Add("patience", CardPayments.ActionTime)
            .Add("limit", limit).Add("test", isTest);
        return _source.QueryAsync(command, row => new DuePayment(row.GetGuid(0), row.GetBoolean(1)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<PaymentAttempt?> BeginAsync(Guid paymentId, CancellationToken cancellationToken) => BeginAsync(
        paymentId,
        async (connection, payment, now) =>
        {
            if (payment.NextAttemptAt > now)
            {
                return false;
            }

            var card = await PaymentOpener.FindCardAsync(connection, payment.Terms, cancellationToken);
            await NoteAttemptAsync(connection, payment, card?.Id, now, isAttended: false, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<PaymentAttempt?> AttendAsync(Payment seen, Guid cardId, CancellationToken cancellationToken) => BeginAsync(
        seen.Id,
        async (connection, payment, now) =>
        {
            // Another session may have taken it since, or the worker attempted it: what the person pressed for is over then.
            var terms = payment.Terms with { PaymentMethodId = cardId };
            if (payment.Attempts != seen.Attempts || terms.CheckoutSessionId != seen.Terms.CheckoutSessionId
                || await PaymentOpener.FindCardAsync(connection, terms, cancellationToken) is null)
            {
                return false;
            }

            await NoteAttemptAsync(connection, payment, cardId, now, isAttended: true, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<PaymentAttempt?> FindOpenAttemptAsync(Guid paymentId, CancellationToken cancellationToken) => _source.RunAsync(
        async connection =>
        {
            await using var look = new NpgsqlCommand(
                $"""
                update payment_attempts a set looked_at = clock_timestamp() from payments p
                where p.payment_id = @id and p.status = {Attempting} and a.payment_id = p.payment_id and a.attempt = p.attempts
                """,
                connection)
                .Add("id", paymentId);
            return await look.ExecuteNonQueryAsync(cancellationToken) == 0
                ? null
                : await AttemptReader.ReadLastAsync(connection, paymentId, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<PaymentAttempt?> FindAttemptAsync(string reference, CancellationToken cancellationToken) => _source.RunAsync(
        connection => AttemptReader.ReadAsync(connection, reference, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was noted.</exception>
    public Task<bool> NoteReferenceAsync(
        PaymentAttempt attempt, string reference, bool isCharged, CancellationToken cancellationToken) =>
        _source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, _position, cancellationToken);
                await using var command = new NpgsqlCommand(
                    $"""
                    update payment_attempts a set provider_reference = @reference, charges = a.charges + @charges from payments p
                    where p.payment_id = @id and p.status = {Attempting} and p.attempts = @number and a.payment_id = p.payment_id
                      and a.attempt = @number and a.ended_at is null and (a.provider_reference is null or a.provider_reference = @reference)
                    """,
                    connection)
                    .Add("id", attempt.Payment.Id).Add("number", attempt.Number).Add("reference", reference)
                    .Add("charges", isCharged ? 1 : 0);
                return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Payment> HoldAsync(PaymentAttempt attempt, string review, CancellationToken cancellationToken) =>
        _source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, _position, cancellationToken);
                return await PaymentEnding.HoldAsync(connection, attempt, review, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public async Task<PaymentSuccess> SucceedAsync(
        PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < SucceedTurnsMax; turn++)
        {
            var success = await _source.RunInTransactionAsync(
                async connection =>
                {
                    await JournalFence.HoldAsync(connection, _position, cancellationToken);
                    return await _ending.SucceedAsync(
                        connection, attempt, result, (Ids.New(_time), Ids.New(_time), Ids.New(_time)), cancellationToken);
                },
                cancellationToken);
            if (success is not null)
            {
                return success;
            }
        }

        throw new InvalidOperationException($"The checkout session of payment {attempt.Payment.Id} changes all the time.");
    }

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was booked.</exception>
    public Task<PaymentFailure> FailAsync(PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken) =>
        _source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, _position, cancellationToken);
                return await _ending.FailAsync(connection, attempt, result, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task NoteActionAsync(PaymentAttempt attempt, CancellationToken cancellationToken) =>
        SetActionAsync(
            attempt.Payment.Id, $"a.action is null or a.action = {(short)PaymentAction.Done}", PaymentAction.Wanted, cancellationToken);

    /// <inheritdoc/>
    public async Task<PaymentAttempt?> AnswerActionAsync(Guid paymentId, bool isDone, CancellationToken cancellationToken)
    {
        var answer = isDone ? PaymentAction.Done : PaymentAction.Refused;
        await SetActionAsync(paymentId, $"a.action = {(short)PaymentAction.Wanted}", answer, cancellationToken);
        return await FindOpenAttemptAsync(paymentId, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<PaymentSuccess?> FindSuccessAsync(Guid paymentId, CancellationToken cancellationToken) =>
        _source.RunInTransactionAsync(
            async connection =>
            {
                var payment = await PaymentRow.LockAsync(connection, paymentId, cancellationToken);
                return payment?.Status == PaymentStatus.Succeeded
                    ? await PaymentEnding.FindSuccessAsync(connection, payment, cancellationToken)
                    : null;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task HastenAsync(Guid paymentId, CancellationToken cancellationToken) => _source.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"""
                update payments set next_attempt_at = least(next_attempt_at, merchant_now(merchant_id, clock_timestamp()))
                where payment_id = @id and status = {Waiting}
                """,
                connection)
                .Add("id", paymentId);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<Payment?> FindAsync(Guid merchantId, Guid paymentId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {PaymentRow.Columns} from payments where merchant_id = @merchant and payment_id = @id")
            .Add("merchant", merchantId).Add("id", paymentId);
        var rows = await _source.QueryAsync(command, PaymentRow.Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <inheritdoc/>
    public Task<List<Payment>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {PaymentRow.Columns} from payments where customer_id = @customer and payment_id < @before
            order by payment_id desc limit @limit
            """)
            .Add("customer", customerId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return _source.QueryAsync(command, PaymentRow.Read, cancellationToken);
    }

    private Task<int> SetActionAsync(
        Guid paymentId, string condition, PaymentAction to, CancellationToken cancellationToken) => _source.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"""
                update payment_attempts a set action = @to from payments p
                where p.payment_id = @id and p.status = {Attempting} and a.payment_id = p.payment_id and a.attempt = p.attempts
                  and ({condition})
                """,
                connection)
                .Add("id", paymentId).Add("to", (short)to);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    private Task<PaymentAttempt?> BeginAsync(
        Guid paymentId, Func<NpgsqlConnection, Payment, DateTimeOffset, Task<bool>> note, CancellationToken cancellationToken) =>
        _source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, _position, cancellationToken);
                var payment = await PaymentRow.LockAsync(connection, paymentId, cancellationToken);
                if (payment?.Status != PaymentStatus.Waiting)
                {
                    return null;
                }

                var now = await MerchantClock.NowAsync(connection, payment.Terms.MerchantId, cancellationToken);
                if (await IsOrphanedAsync(connection, payment, cancellationToken))
                {
                    await PaymentOpener.SupersedeAsync(connection, paymentId, now, cancellationToken);
                    return null;
                }

                return await note(connection, payment, now)
                    ? await AttemptReader.ReadLastAsync(connection, paymentId, cancellationToken)
                    : null;
            },
            cancellationToken);

    private static async Task NoteAttemptAsync(
        NpgsqlConnection connection, Payment payment, Guid? card, DateTimeOffset now, bool isAttended,
        CancellationToken cancellationToken)
    {
        await using var attempt = new NpgsqlCommand(
            """
            insert into payment_attempts (payment_id, attempt, wallet_id, payment_method_id, started_at)
            values (@id, @attempt, @wallet, @card, @now)
            """,
            connection)
            .Add("id", payment.Id).Add("attempt", payment.Attempts + 1).Add("wallet", payment.Terms.WalletId).AddId("card", card)
            .AddTime("now", now);
        await attempt.ExecuteNonQueryAsync(cancellationToken);
        await using var begin = new NpgsqlCommand(
            $"""
            update payments set status = {Attempting}, attempts = attempts + 1, next_attempt_at = null, payment_method_id = @card,
              is_attended = is_attended or @attended
            where payment_id = @id
            """,
            connection)
            .Add("id", payment.Id).AddId("card", card).Add("attended", isAttended);
        await begin.ExecuteNonQueryAsync(cancellationToken);
    }

    // The customer was deleted, or the subscription ended: nobody is charged for what is over.
    private static async Task<bool> IsOrphanedAsync(NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        var customer = await PaymentLocks.CustomerAsync(connection, payment.Terms.WalletId, cancellationToken);
        if (customer is not { IsDeleted: false })
        {
            return true;
        }

        return payment.Terms is { Kind: PaymentKind.Renewal, SubscriptionId: { } renewed }
            && await PaymentLocks.SubscriptionAsync(connection, payment.Terms.CustomerId, cancellationToken) != renewed;
    }
}
