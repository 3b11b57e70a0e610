using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Reads a checkout session with all that decides what may happen to it.</summary>
internal static class CheckoutReader
{
    // A number that was not verified for longer may be another person's by now. Each purchase on a page renews it; that a card was
    // charged proves nothing of a phone.
    private const string KnownFor = "interval '180 days'";

    // No session lives longer than a week: older ones can't have begun an entry within the hour.
    private const string Select =
        $"""
        select {CheckoutRow.Columns}, m.name, m.is_test, m.support_contact, clock_timestamp(),
          merchant_now(m.merchant_id, clock_timestamp()),
          (select coalesce(sum(o.setups), 0)::integer from checkout_sessions o where o.merchant_id = s.merchant_id
            and o.checkout_session_id > first_id_at(now() - interval '8 days') and o.setup_at > now() - interval '1 hour')
        from checkout_sessions s join merchants m on m.merchant_id = s.merchant_id where s.checkout_session_id = @id
        """;

    /// <summary>Locks a session; false where there is none.</summary>
    public static async Task<bool> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select true from checkout_sessions where checkout_session_id = @id for update", connection).Add("id", id);
        return await command.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
    }

    /// <summary>Reads a session; null where there is none.</summary>
    public static async Task<CheckoutRecord?> ReadAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Select, connection).Add("id", id);
        var record = await command.ReadFirstAsync(
            row => new CheckoutRecord
            {
                State = CheckoutRow.Read(row),
                MerchantName = row.GetString(CheckoutRow.Count),
                IsTest = row.GetBoolean(CheckoutRow.Count + 1),
                SupportContact = row.Text(CheckoutRow.Count + 2),
                Now = row.Time(CheckoutRow.Count + 3),
                MerchantNow = row.Time(CheckoutRow.Count + 4),
                MerchantSetups = row.GetInt32(CheckoutRow.Count + 5),
            },
            cancellationToken);
        if (record is null)
        {
            return null;
        }

        record = record with
        {
            Plan = await FindPlanAsync(connection, record.State.Session, cancellationToken),
            Bundle = await FindBundleAsync(connection, record.State.Session, cancellationToken),
            Named = record.State.Session.CustomerId is { } named ? await FindCustomerAsync(connection, named, cancellationToken) : null,
            Payment = await FindPaymentAsync(connection, id, cancellationToken),
        };
        return record.State.BuyerId is { } buyer ? await WithBuyerAsync(connection, record, buyer, cancellationToken) : record;
    }

    private static async Task<CheckoutRecord> WithBuyerAsync(
        NpgsqlConnection connection, CheckoutRecord record, Guid buyerId, CancellationToken cancellationToken)
    {
        if (await FindCustomerAsync(connection, buyerId, cancellationToken) is not { } buyer)
        {
            return record;
        }

        var subscriptions = await SubscriptionStore.ListActiveAsync(connection, [buyer.WalletId], cancellationToken);
        await using var due = new NpgsqlCommand(
            $"""
            select {PaymentRow.Columns} from payments where wallet_id = @wallet
              and status in ({(short)PaymentStatus.Waiting}, {(short)PaymentStatus.Attempting}) and kind = {(short)PaymentKind.Renewal}
            """,
            connection).Add("wallet", buyer.WalletId);
        await using var declines = new NpgsqlCommand(
            $"""
            select count(*) from payment_attempts a join payments p on p.payment_id = a.payment_id
            where a.wallet_id = @wallet and p.checkout_session_id = @session
              and a.outcome in ({(short)ChargeOutcome.Declined}, {(short)ChargeOutcome.HardDeclined}, {(short)ChargeOutcome.ActionRequired})
            """,
            connection).Add("wallet", buyer.WalletId).Add("session", record.State.Session.Id);
        await using var last = new NpgsqlCommand(
            $"""
            select decline_code from payments
            where customer_id = @customer and checkout_session_id = @session and status = {(short)PaymentStatus.Failed}
            order by payment_id desc limit 1
            """,
            connection).Add("customer", buyerId).Add("session", record.State.Session.Id);
        await using var known = new NpgsqlCommand(
            $"""
            select coalesce(phone_verified_at > now() - {KnownFor}, false) from customers where customer_id = @customer
            """,
            connection).Add("customer", buyerId);
        return record with
        {
            Buyer = buyer,
            Subscription = subscriptions.GetValueOrDefault(buyer.WalletId)?.Subscription,
            Due = await due.ReadFirstAsync(PaymentRow.Read, cancellationToken),
            Declines = (int)await declines.ReadFirstAsync(row => row.GetInt64(0), cancellationToken),
            LastDecline = await last.ReadFirstAsync(row => row.Text(0), cancellationToken),
            KnowsBuyer = await known.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken),
            Cards = await PaymentMethodStore.ListAsync(connection, buyerId, cancellationToken),
        };
    }

    private static async Task<Plan?> FindPlanAsync(
        NpgsqlConnection connection, CheckoutSession session, CancellationToken cancellationToken)
    {
        if (session.PlanId is not { } plan)
        {
            return null;
        }

        await using var command = new NpgsqlCommand($"{PlanRow.Select} where p.plan_id = @id and p.deleted_at is null", connection)
            .Add("id", plan);
        return await command.ReadFirstAsync(PlanRow.Read, cancellationToken);
    }

    private static async Task<CreditBundle?> FindBundleAsync(
        NpgsqlConnection connection, CheckoutSession session, CancellationToken cancellationToken)
    {
        if (session.CreditBundleId is not { } bundle)
        {
            return null;
        }

        await using var command = new NpgsqlCommand($"{PlanRow.SelectBundle} and b.credit_bundle_id = @id", connection)
            .Add("merchant", session.MerchantId).Add("id", bundle);
        return await command.ReadFirstAsync(PlanRow.ReadBundle, cancellationToken);
    }

    private static async Task<CheckoutCustomer?> FindCustomerAsync(
        NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select customer_id, wallet_id, phone, phone_verified_at is not null, deleted_at is not null from customers
            where customer_id = @id
            """,
            connection).Add("id", id);
        return await command.ReadFirstAsync(
            row => new CheckoutCustomer(row.GetGuid(0), row.GetInt64(1), row.Text(2), row.GetBoolean(3), row.GetBoolean(4)),
            cancellationToken);
    }

    private static async Task<CheckoutPayment?> FindPaymentAsync(
        NpgsqlConnection connection, Guid sessionId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {PaymentRow.Columns},
              (select a.action from payment_attempts a where a.payment_id = payments.payment_id and a.attempt = payments.attempts)
            from payments where checkout_session_id = @session and status in (
              {(short)PaymentStatus.Waiting}, {(short)PaymentStatus.Attempting}, {(short)PaymentStatus.Succeeded},
              {(short)PaymentStatus.Review})
            """,
            connection).Add("session", sessionId);
        return await command.ReadFirstAsync(
            row => new CheckoutPayment(
                PaymentRow.Read(row),
                row.IsDBNull(PaymentRow.Count) ? null : (PaymentAction)row.GetInt16(PaymentRow.Count)),
            cancellationToken);
    }
}
