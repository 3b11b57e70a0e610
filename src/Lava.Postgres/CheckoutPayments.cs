using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The payments that checkout sessions open, with the session locked.</summary>
internal static class CheckoutPayments
{
    /// <summary>Opens a session's payment; one of the session's that nobody has attempted gives way.</summary>
    public static async Task<PaymentOpening> OpenAsync(
        NpgsqlConnection connection, CheckoutRecord record, NewPayment payment, Guid newId, CancellationToken cancellationToken)
    {
        var locked = await PaymentLocks.OpenPaymentAsync(connection, payment.WalletId, cancellationToken);
        if (await PaymentLocks.CustomerAsync(connection, payment.WalletId, cancellationToken) is not { IsDeleted: false })
        {
            return new PaymentOpening(OpeningOutcome.NoCustomer, null);
        }

        if (PaymentBooking.IsForPlan(payment) && !await LockSubscriptionAsync(connection, record, cancellationToken))
        {
            return new PaymentOpening(OpeningOutcome.Changed, null);
        }

        if (record.Payment is { Payment: { Status: PaymentStatus.Waiting, Terms.Kind: not PaymentKind.Renewal } own } && own.Id == locked)
        {
            await PaymentOpener.SupersedeAsync(connection, own.Id, record.MerchantNow, cancellationToken);
        }

        return await PaymentOpener.OpenAsync(connection, newId, payment, locked, cancellationToken);
    }

    /// <summary>
    /// Locks the buyer's subscription, the customer being locked. False: its plan or cycle is not the one that the session was read with.
    /// Only that session's own lock was held then: another one of the buyer's may have bought meanwhile, or a cycle have begun.
    /// </summary>
    public static async Task<bool> LockSubscriptionAsync(
        NpgsqlConnection connection, CheckoutRecord record, CancellationToken cancellationToken)
    {
        var buyer = record.Buyer!;
        await PaymentLocks.SubscriptionAsync(connection, buyer.Id, cancellationToken);
        var found = await SubscriptionStore.ListActiveAsync(connection, [buyer.WalletId], cancellationToken);
        return Facts(found.GetValueOrDefault(buyer.WalletId)?.Subscription) == Facts(record.Subscription);
    }

    /// <summary>
    /// The session goes on without its buyer, who may be another person's before long: a payment that only waits is the session's no
    /// more. A renewal stays due without it; anything else nobody would ask for again.
    /// </summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, CheckoutRecord record, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payments set checkout_session_id = null
            where checkout_session_id = @session and status = {(short)PaymentStatus.Waiting} and kind = {(short)PaymentKind.Renewal};
            update payments set status = {(short)PaymentStatus.Superseded}, next_attempt_at = null, ended_at = @now
            where checkout_session_id = @session and status = {(short)PaymentStatus.Waiting}
            """,
            connection).Add("session", record.State.Session.Id).AddTime("now", record.MerchantNow);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// A renewal that waits becomes the session's payment. When it is attempted by itself stays as it was, should this process die before
    /// it is attempted here.
    /// </summary>
    public static async Task<CheckoutActed> TakeAsync(
        NpgsqlConnection connection, CheckoutRecord record, CheckoutState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payments set checkout_session_id = @session, decline_code = null, decline_is_hard = null
            where payment_id = @id and status = {(short)PaymentStatus.Waiting} returning {PaymentRow.Columns}
            """,
            connection).Add("session", state.Session.Id).Add("id", record.Due!.Id);
        if (await command.ReadFirstAsync(PaymentRow.Read, cancellationToken) is not { } payment)
        {
            return new CheckoutActed(record, null, OpeningOutcome.AlreadyOpen);
        }

        var terms = payment.Terms with { PaymentMethodId = state.PaymentMethodId };
        return state.PaymentMethodId is not null && await PaymentOpener.FindCardAsync(connection, terms, cancellationToken) is not null
            ? new CheckoutActed(record, payment)
            : new CheckoutActed(record, null, OpeningOutcome.NoMethod);
    }

    private static (Guid?, Guid?, DateTimeOffset?) Facts(Subscription? subscription) =>
        (subscription?.Id, subscription?.PlanId, subscription?.Cycle?.Start);
}
