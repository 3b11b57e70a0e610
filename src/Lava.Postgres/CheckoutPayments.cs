using Lava.Billing.Checkout;
using Lava.Billing.Payments;
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

        if (record.Payment is { Payment.Status: PaymentStatus.Waiting } own && own.Payment.Id == locked)
        {
            await PaymentOpener.SupersedeAsync(connection, own.Payment.Id, record.MerchantNow, cancellationToken);
        }

        return await PaymentOpener.OpenAsync(connection, newId, payment, locked, cancellationToken);
    }

    /// <summary>A renewal that waits becomes the session's payment, due now, and the chosen card is the one that is asked.</summary>
    public static async Task<CheckoutActed> HastenAsync(
        NpgsqlConnection connection, CheckoutRecord record, CheckoutState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payments set checkout_session_id = @session, decline_code = null, decline_is_hard = null,
              next_attempt_at = least(next_attempt_at, merchant_now(merchant_id, clock_timestamp()))
            where payment_id = @id and status = {(short)PaymentStatus.Waiting} returning {PaymentRow.Columns}
            """,
            connection).Add("session", state.Session.Id).Add("id", record.Due!.Id);
        if (await command.ReadFirstAsync(PaymentRow.Read, cancellationToken) is not { } payment)
        {
            return new CheckoutActed(record, null, OpeningOutcome.AlreadyOpen);
        }

        await PaymentLocks.CustomerAsync(connection, payment.Terms.WalletId, cancellationToken);
        await PaymentLocks.SubscriptionAsync(connection, payment.Terms.CustomerId, cancellationToken);
        await PaymentLocks.WalletsAsync(connection, payment.Terms.WalletId, [], cancellationToken);
        if (state.PaymentMethodId is { } card)
        {
            await CheckoutMoney.MakeDefaultAsync(connection, payment.Terms.CustomerId, card, cancellationToken);
        }

        var (floor, _) = await OverageRow.SetFloorAsync(connection, payment.Terms.WalletId, cancellationToken);
        return new CheckoutActed(record, payment, null, floor);
    }
}
