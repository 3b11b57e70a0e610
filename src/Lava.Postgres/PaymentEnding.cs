using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What becomes of a payment once its provider has answered; each in one transaction with all that follows from it.</summary>
internal sealed class PaymentEnding(ISubscriptionMoney subscriptions, ICheckoutMoney checkout)
{
    private const short Failed = (short)PaymentStatus.Failed;
    private const short Succeeded = (short)PaymentStatus.Succeeded;
    private const short Waiting = (short)PaymentStatus.Waiting;

    /// <summary>
    /// Books a payment, if it is not yet. Null, and nothing is booked: another checkout session has just taken it; again, then, in a new
    /// transaction, for sessions are locked before payments.
    /// </summary>
    public async Task<PaymentSuccess?> SucceedAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, ChargeResult result, (Guid Overage, Guid Credit, Guid Refund) ids,
        CancellationToken cancellationToken)
    {
        var sessionId = await FindSessionAsync(connection, attempt.Payment.Id, cancellationToken);
        if (sessionId is { } session)
        {
            await CheckoutReader.LockAsync(connection, session, cancellationToken);
        }

        var payment = await LockAsync(connection, attempt, cancellationToken);
        if (payment.Terms.CheckoutSessionId != sessionId)
        {
            return null;
        }

        var name = result.Reference ?? attempt.ProviderReference;
        var ordered = payment.Amount;
        var isDecided = payment.Status == PaymentStatus.Review && result.Received is not null;
        if (isDecided)
        {
            payment = payment with { Terms = ReviewTerms.Of(payment.Terms, result.Received!.Value) };
        }
        else if (payment.Status >= PaymentStatus.Succeeded)
        {
            var first = await FindSuccessAsync(connection, payment, cancellationToken);
            return IsLate(payment, name)
                ? first with { LateRefund = await RefundRows.AddLateAsync(connection, ids.Refund, payment, name!, cancellationToken) }
                : first;
        }

        var terms = payment.Terms;
        attempt = attempt with { Payment = payment };
        var posted = await LockRestAsync(connection, payment, PaymentBooking.Kinds(terms), cancellationToken);
        var at = await MerchantClock.NowAsync(connection, terms.MerchantId, cancellationToken);
        await checkout.PaidAsync(connection, payment, at, cancellationToken);
        if (terms.Overage > Money.Zero)
        {
            await PaymentBooking.BookOverageAsync(connection, attempt, ids.Overage, posted, at, cancellationToken);
        }

        var credit = await GiveAsync(connection, attempt, ids.Credit, posted + terms.Overage, at, cancellationToken);

        await EndAttemptAsync(connection, attempt, result, at, cancellationToken);
        await using var end = new NpgsqlCommand(
            $"""
            update payments set status = {Succeeded}, next_attempt_at = null, ended_at = @at, decline_code = null, decline_is_hard = null,
              provider_reference = @reference, fee = @fee, overage = @overage, credit = @credit, ordered_amount = @ordered,
              review_decision = case when @ordered::bigint is not null then {(short)ReviewDecision.Credit} end
            where payment_id = @id returning {PaymentRow.Columns}
            """,
            connection)
            .Add("id", payment.Id).AddTime("at", at).AddText("reference", name).Add("fee", terms.Fee.Units)
            .Add("overage", terms.Overage.Units).Add("credit", terms.Credit.Units).AddAmount("ordered", isDecided ? ordered : null);
        payment = (await end.ReadFirstAsync(PaymentRow.Read, cancellationToken))!;
        await DueWallets.AddAsync(connection, terms.WalletId, cancellationToken);
        await PaymentEvents.TellAsync(connection, payment, attempt.IsTest, cancellationToken);
        var (floor, _) = await OverageRow.SetFloorAsync(connection, terms.WalletId, cancellationToken);
        return new PaymentSuccess(payment, IsFirst: true, terms.Overage + credit, floor);
    }

    /// <summary>Books that an attempt was declined, if it is not yet.</summary>
    public async Task<PaymentFailure> FailAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, ChargeResult result, CancellationToken cancellationToken)
    {
        var payment = await LockAsync(connection, attempt, cancellationToken);
        await LockRestAsync(connection, payment, [], cancellationToken);
        if (payment.Status == PaymentStatus.Attempting && payment.Attempts == attempt.Number)
        {
            var at = await MerchantClock.NowAsync(connection, payment.Terms.MerchantId, cancellationToken);
            var pause = result.Outcome == ChargeOutcome.NotTaken && !payment.Terms.IsAttended
                ? DunningSchedule.PauseAfter(await CountNotTakenAsync(connection, payment, cancellationToken))
                : null;
            var isAgain = pause is not null;
            if (!isAgain && result.Outcome == ChargeOutcome.NotTaken && !payment.Terms.IsAttended)
            {
                result = result with { Outcome = ChargeOutcome.Declined, DeclineCode = DeclineCodes.Refused };
            }

            await EndAttemptAsync(connection, attempt, result, at, cancellationToken);
            var next = isAgain ? at + pause : await NextAttemptAsync(connection, payment, at, cancellationToken);
            if (result.Outcome != ChargeOutcome.NotTaken)
            {
                await CloseCardAsync(connection, payment, result, next, at, cancellationToken);
            }

            payment = await DeclineAsync(connection, payment, result, next, at, cancellationToken);
            if (payment is { Status: PaymentStatus.Failed, Terms.Kind: PaymentKind.Renewal })
            {
                await subscriptions.GivenUpAsync(connection, payment, at, cancellationToken);
            }

            if (!isAgain)
            {
                await PaymentEvents.TellAsync(connection, payment, attempt.IsTest, cancellationToken);
            }

            // Looked at again in any case: should the answer be lost, the live wallet learns of its floor there.
            await DueWallets.AddAsync(connection, payment.Terms.WalletId, cancellationToken);
        }

        var (floor, _) = await OverageRow.SetFloorAsync(connection, payment.Terms.WalletId, cancellationToken);
        return new PaymentFailure(payment, floor);
    }

    /// <summary>The booking of a payment that succeeded.</summary>
    public static async Task<PaymentSuccess> FindSuccessAsync(
        NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select floor, version from wallets where wallet_id = @wallet", connection)
            .Add("wallet", payment.Terms.WalletId);
        var floor = await command.ReadFirstAsync(
            row => new WalletFloor(payment.Terms.WalletId, new Money(row.GetInt64(0)), row.GetInt64(1)), cancellationToken);
        var given = await PaymentBooking.FindGivenAsync(connection, payment, cancellationToken);
        return new PaymentSuccess(payment, IsFirst: false, given, floor);
    }

    /// <summary>A person must look at a payment; nothing is credited.</summary>
    public static async Task<Payment> HoldAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, string review, CancellationToken cancellationToken)
    {
        var payment = await LockAsync(connection, attempt, cancellationToken);
        if (payment.Status != PaymentStatus.Attempting || payment.Attempts != attempt.Number)
        {
            return payment;
        }

        var at = await MerchantClock.NowAsync(connection, payment.Terms.MerchantId, cancellationToken);
        await EndAttemptAsync(
            connection, attempt, new ChargeResult(ChargeOutcome.Unknown, ChargeResult.Mismatch, null, null), at, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            update payments set status = {(short)PaymentStatus.Review}, ended_at = @at, review = @review, provider_reference = (
              select a.provider_reference from payment_attempts a where a.payment_id = payments.payment_id and a.attempt = @number)
            where payment_id = @id returning {PaymentRow.Columns}
            """,
            connection)
            .Add("id", payment.Id).AddTime("at", at).Add("review", review).Add("number", attempt.Number);
        return (await command.ReadFirstAsync(PaymentRow.Read, cancellationToken))!;
    }

    /// <summary>A person gives back what a payment in review has taken: it failed. One in another state stays as it is.</summary>
    public async Task<PaymentFailure> RefuseAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, Money taken, Guid refundId, CancellationToken cancellationToken)
    {
        var payment = await LockAsync(connection, attempt, cancellationToken);
        await LockRestAsync(connection, payment, [], cancellationToken);
        if (payment.Status == PaymentStatus.Review)
        {
            var at = await MerchantClock.NowAsync(connection, payment.Terms.MerchantId, cancellationToken);
            var ordered = payment.Amount;
            var terms = taken > Money.Zero ? ReviewTerms.Of(payment.Terms, taken) : payment.Terms;
            await using var end = new NpgsqlCommand(
                $"""
                update payments set status = {Failed}, ended_at = @at, decline_code = @code, decline_is_hard = false,
                  provider_reference = @reference, fee = @fee, overage = @overage, credit = @credit, ordered_amount = @ordered,
                  review_decision = {(short)ReviewDecision.Refund}
                where payment_id = @id returning {PaymentRow.Columns}
                """,
                connection)
                .Add("id", payment.Id).AddTime("at", at).Add("code", DeclineCodes.Differs)

                // A charge that took nothing may yet turn up: it is looked at then, and goes back.
                .AddText("reference", taken > Money.Zero ? attempt.ProviderReference : null)
                .Add("fee", terms.Fee.Units).Add("overage", terms.Overage.Units).Add("credit", terms.Credit.Units)
                .Add("ordered", ordered.Units);
            payment = (await end.ReadFirstAsync(PaymentRow.Read, cancellationToken))!;
            if (taken > Money.Zero)
            {
                await RefundRows.AddLateAsync(connection, refundId, payment, attempt.ProviderReference!, cancellationToken);
            }

            if (payment.Terms.Kind == PaymentKind.Renewal)
            {
                await subscriptions.GivenUpAsync(connection, payment, at, cancellationToken);
            }

            await PaymentEvents.TellAsync(connection, payment, attempt.IsTest, cancellationToken);
            await DueWallets.AddAsync(connection, payment.Terms.WalletId, cancellationToken);
        }

        var (floor, _) = await OverageRow.SetFloorAsync(connection, payment.Terms.WalletId, cancellationToken);
        return new PaymentFailure(payment, floor);
    }

    // Money that came when its payment was over, or that another charge had paid already. What a person looks at stays as it is.
    private static bool IsLate(Payment payment, string? name) => name is not null && payment.Status switch
    {
        PaymentStatus.Failed or PaymentStatus.Superseded => true,
        PaymentStatus.Succeeded => payment.ProviderReference is { } first && first != name,
        _ => false,
    };

    private async Task<Money> GiveAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, Guid grantId, Money posted, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var terms = attempt.Payment.Terms;
        if (PaymentBooking.IsForPlan(terms)
            && await subscriptions.PaidAsync(connection, attempt.Payment, grantId, cancellationToken) is { } given)
        {
            return given;
        }

        if (terms.Credit > Money.Zero)
        {
            await PaymentBooking.BookCreditAsync(connection, attempt, grantId, posted, at, cancellationToken);
        }

        return terms.Credit;
    }

    private static async Task<Guid?> FindSessionAsync(NpgsqlConnection connection, Guid paymentId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select checkout_session_id from payments where payment_id = @id", connection).Add("id", paymentId);
        return await command.ReadFirstAsync(row => row.IsDBNull(0) ? (Guid?)null : row.GetGuid(0), cancellationToken);
    }

    private static async Task<Payment> LockAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, CancellationToken cancellationToken) =>
        await PaymentRow.LockAsync(connection, attempt.Payment.Id, cancellationToken)
            ?? throw new InvalidOperationException($"There is no payment {attempt.Payment.Id}.");

    private static async Task<Money> LockRestAsync(
        NpgsqlConnection connection, Payment payment, EntryKind[] kinds, CancellationToken cancellationToken)
    {
        await PaymentLocks.CustomerAsync(connection, payment.Terms.WalletId, cancellationToken);
        await PaymentLocks.SubscriptionAsync(connection, payment.Terms.CustomerId, cancellationToken);
        return await PaymentLocks.WalletsAsync(connection, payment.Terms.WalletId, kinds, cancellationToken);
    }

    // A person is told at once and asks again. A renewal whose card will never pay waits once more for another card: its cycle can't be
    // charged by any other payment.
    private static async Task<DateTimeOffset?> NextAttemptAsync(
        NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var isRenewal = payment.Terms.Kind == PaymentKind.Renewal;
        if (!isRenewal && !payment.Terms.IsAutomatic)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"""
            select started_at, ended_at, outcome <> {(short)ChargeOutcome.Declined} from payment_attempts
            where payment_id = @id and ended_at is not null and outcome <> {(short)ChargeOutcome.NotTaken} order by attempt
            """,
            connection)
            .Add("id", payment.Id);
        var declines = await command.ReadAllAsync(
            row => new PastDecline(row.Time(0), row.Time(1), row.GetBoolean(2)), cancellationToken);

        // Nobody was asked yet: a page's attempt took nothing, and what it came before is due.
        return declines.Count == 0 ? at : DunningSchedule.NextAt(declines, awaitsCard: isRenewal);
    }

    // The attempts that took nothing since the last one that was declined, but for the one that is open.
    private static async Task<int> CountNotTakenAsync(
        NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select count(*)::integer from payment_attempts a
            where payment_id = @id and outcome = {(short)ChargeOutcome.NotTaken} and not exists (
              select from payment_attempts o where o.payment_id = @id and o.attempt > a.attempt and o.ended_at is not null
                and o.outcome <> {(short)ChargeOutcome.NotTaken})
            """,
            connection)
            .Add("id", payment.Id);
        return await command.ReadFirstAsync(row => row.GetInt32(0), cancellationToken);
    }

    // A card that will never pay, or did not pay often enough, is asked no more until it is replaced.
    private static async Task CloseCardAsync(
        NpgsqlConnection connection, Payment payment, ChargeResult result, DateTimeOffset? next, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var isAutomatic = payment.Terms is { IsAttended: false } and ({ IsAutomatic: true } or { Kind: PaymentKind.Renewal });
        if (result.Outcome != ChargeOutcome.HardDeclined && !(isAutomatic && (next is null || result.Outcome != ChargeOutcome.Declined)))
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            update payment_methods set error_code = @code, error_message = @message, error_at = @at
            where payment_method_id = @card and error_code is null
            """,
            connection)
            .AddId("card", payment.PaymentMethodId).AddText("code", result.DeclineCode ?? "declined")
            .Add("message", DeclineWords.Of(result.DeclineCode)).AddTime("at", at);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Payment> DeclineAsync(
        NpgsqlConnection connection, Payment payment, ChargeResult result, DateTimeOffset? next, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payments set status = {(next is null ? Failed : Waiting)}, next_attempt_at = @next, ended_at = @ended,
              decline_code = @code, decline_is_hard = @hard, is_attended = is_attended and {(next is null ? "true" : "false")}
            where payment_id = @id returning {PaymentRow.Columns}
            """,
            connection)
            .Add("id", payment.Id).AddTime("next", next).AddTime("ended", next is null ? at : null)
            .AddText("code", result.Outcome == ChargeOutcome.NotTaken && next is not null ? null : result.DeclineCode ?? "declined")
            .Add("hard", result.Outcome is not (ChargeOutcome.Declined or ChargeOutcome.NotTaken));
        return (await command.ReadFirstAsync(PaymentRow.Read, cancellationToken))!;
    }

    private static async Task EndAttemptAsync(
        NpgsqlConnection connection, PaymentAttempt attempt, ChargeResult result, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update payment_attempts set ended_at = @at, outcome = @outcome, decline_code = @code
            where payment_id = @id and attempt = @number
            """,
            connection)
            .Add("id", attempt.Payment.Id).Add("number", attempt.Number).AddTime("at", at).Add("outcome", (short)result.Outcome)
            .AddText("code", result.DeclineCode);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
