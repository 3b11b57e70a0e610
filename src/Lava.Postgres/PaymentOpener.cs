using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Opens payments: one for each wallet at a time.</summary>
internal static class PaymentOpener
{
    /// <summary>Opens a payment for a customer who is locked.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="id">The payment's id.</param>
    /// <param name="wish">The payment, not yet in whole cents.</param>
    /// <param name="locked">The wallet's open payment, which was locked before the customer was.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<PaymentOpening> OpenAsync(
        NpgsqlConnection connection, Guid id, NewPayment wish, Guid? locked, CancellationToken cancellationToken)
    {
        if (await FindRepeatedAsync(connection, wish, cancellationToken) is { } repeated)
        {
            return new PaymentOpening(OpeningOutcome.Repeated, repeated);
        }

        var open = await FindOpenAsync(connection, wish.WalletId, cancellationToken);
        if (open is not null && (open.Id != locked || !MayReplace(wish, open)))
        {
            return new PaymentOpening(OpeningOutcome.AlreadyOpen, open);
        }

        var now = await MerchantClock.NowAsync(connection, wish.MerchantId, cancellationToken);
        var card = await FindCardAsync(connection, wish, cancellationToken);
        if (card is null && wish.Kind != PaymentKind.Renewal)
        {
            return new PaymentOpening(OpeningOutcome.NoMethod, null);
        }

        if (wish.IsAutomatic)
        {
            var past = await FindAttemptsAsync(connection, wish.WalletId, card!.Value.Id, now, cancellationToken);
            if (ChargeGuard.FreeAt(past, now) is { } freeAt)
            {
                return new PaymentOpening(OpeningOutcome.Throttled, null, freeAt);
            }
        }

        if (open is not null)
        {
            // What it would have paid is paid with this one; a renewal's own debt contains it already.
            // On a page exactly what was shown is charged: the debt is looked at again behind it.
            wish = wish with { Overage = wish.CheckoutSessionId is null ? Money.Max(wish.Overage, open.Terms.Overage) : wish.Overage };
            await SupersedeAsync(connection, open.Id, now, cancellationToken);
        }

        if (wish.Overage > Money.Zero && (!wish.IsAutomatic || open is not null))
        {
            // What was owed when it was asked for may be paid by now.
            var owed = Money.Zero - await PaymentLocks.WalletsAsync(connection, wish.WalletId, [], cancellationToken);
            wish = wish with { Overage = owed <= Money.Zero ? Money.Zero : owed < wish.Overage ? owed : wish.Overage };
        }

        if (wish.Fee + wish.Overage == Money.Zero)
        {
            return new PaymentOpening(OpeningOutcome.AlreadyOpen, null);
        }

        if (ChargeLeast.IsTooSmall(wish.Fee + wish.Overage, await LeastOfAsync(connection, wish, cancellationToken)))
        {
            return new PaymentOpening(OpeningOutcome.TooSmall, null);
        }

        return new PaymentOpening(
            OpeningOutcome.Opened, await InsertAsync(connection, id, WholeCents.Of(wish), now, cancellationToken));
    }

    /// <summary>The card that is charged, the named or the default one, unless it is known not to pay; null: there is none.</summary>
    public static async Task<(Guid Id, string Reference)?> FindCardAsync(
        NpgsqlConnection connection, NewPayment terms, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select payment_method_id, reference from payment_methods
            where customer_id = @customer and deleted_at is null and error_code is null
              and case when @card::uuid is null then is_default else payment_method_id = @card end
            """,
            connection)
            .Add("customer", terms.CustomerId).AddId("card", terms.PaymentMethodId);
        return await command.ReadFirstAsync(row => ((Guid Id, string Reference)?)(row.GetGuid(0), row.GetString(1)), cancellationToken);
    }

    /// <summary>What nobody asked for gives way, while it only waits; so does a renewal, to the last charge of what ends.</summary>
    private static bool MayReplace(NewPayment wish, Payment open) => open.Status == PaymentStatus.Waiting && !wish.IsAutomatic
        && (open.Terms.IsAutomatic || (wish.Kind == PaymentKind.Overage && open.Terms.Kind == PaymentKind.Renewal));

    private static async Task<Money> LeastOfAsync(NpgsqlConnection connection, NewPayment wish, CancellationToken cancellationToken)
    {
        if (wish.Fee + wish.Overage >= Money.Max(wish.Least.Test, wish.Least.Live))
        {
            return Money.Zero;
        }

        await using var command = new NpgsqlCommand("select is_test from merchants where merchant_id = @merchant", connection)
            .Add("merchant", wish.MerchantId);
        return wish.Least.Of(await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken));
    }

    private static async Task<Payment?> FindRepeatedAsync(
        NpgsqlConnection connection, NewPayment wish, CancellationToken cancellationToken)
    {
        if (wish.IdempotencyKey is null && wish.CycleId is null)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"""
            select {PaymentRow.Columns} from payments where (customer_id = @customer and idempotency_key = @key)
              or (cycle_id = @cycle and status <> {(short)PaymentStatus.Superseded})
            order by payment_id limit 1
            """,
            connection)
            .Add("customer", wish.CustomerId).AddText("key", wish.IdempotencyKey).AddId("cycle", wish.CycleId);
        return await command.ReadFirstAsync(PaymentRow.Read, cancellationToken);
    }

    private static async Task<Payment?> FindOpenAsync(NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {PaymentRow.Columns} from payments where wallet_id = @wallet and status < {(short)PaymentStatus.Succeeded}",
            connection)
            .Add("wallet", walletId);
        return await command.ReadFirstAsync(PaymentRow.Read, cancellationToken);
    }

    // A decline of a card that was replaced since says nothing of the new one.
    private static async Task<List<PastAttempt>> FindAttemptsAsync(
        NpgsqlConnection connection, long walletId, Guid card, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select started_at, outcome is not null and outcome not in ({(short)ChargeOutcome.Succeeded}, {(short)ChargeOutcome.NotTaken})
              and payment_method_id is not distinct from @card
            from payment_attempts where wallet_id = @wallet and started_at > @since order by started_at desc limit 100
            """,
            connection)
            .Add("wallet", walletId).Add("card", card).AddTime("since", now - ChargeGuard.FailureWindow);
        return await command.ReadAllAsync(row => new PastAttempt(row.Time(0), row.GetBoolean(1)), cancellationToken);
    }

    /// <summary>Ends a payment that only waits; another takes its place, or nobody is left to pay it.</summary>
    public static async Task SupersedeAsync(
        NpgsqlConnection connection, Guid paymentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payments set status = {(short)PaymentStatus.Superseded}, next_attempt_at = null, ended_at = @now
            where payment_id = @id
            """,
            connection)
            .Add("id", paymentId).AddTime("now", now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Payment> InsertAsync(
        NpgsqlConnection connection, Guid id, NewPayment wish, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, subscription_id, cycle_id,
              credit_bundle_id, plan_id, is_automatic, idempotency_key, status, next_attempt_at, created_at, payment_method_id,
              checkout_session_id, is_attended)
            values (@id, @merchant, @customer, @wallet, @kind, @fee, @overage, @credit, @subscription, @cycle, @bundle, @plan, @automatic,
              @key, {(short)PaymentStatus.Waiting}, @now, @now, @card, @session, @attended)
            returning {PaymentRow.Columns}
            """,
            connection)
            .Add("id", id).Add("merchant", wish.MerchantId).Add("customer", wish.CustomerId).Add("wallet", wish.WalletId)
            .Add("kind", (short)wish.Kind).Add("fee", wish.Fee.Units).Add("overage", wish.Overage.Units).Add("credit", wish.Credit.Units)
            .AddId("subscription", wish.SubscriptionId).AddId("cycle", wish.CycleId).AddId("bundle", wish.CreditBundleId)
            .AddId("plan", wish.PlanId).Add("automatic", wish.IsAutomatic).AddText("key", wish.IdempotencyKey).AddTime("now", now)
            .AddId("card", wish.PaymentMethodId).AddId("session", wish.CheckoutSessionId).Add("attended", wish.IsAttended);
        return (await command.ReadFirstAsync(PaymentRow.Read, cancellationToken))!;
    }
}
