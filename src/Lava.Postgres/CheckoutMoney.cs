using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The end of a checkout session: it is complete, and whoever bought is a customer.</summary>
internal sealed class CheckoutMoney : ICheckoutMoney
{
    /// <inheritdoc/>
    public async Task PaidAsync(NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (payment.Terms.CheckoutSessionId is { } session)
        {
            await CompleteAsync(
                connection, session, payment.Terms.CustomerId, payment.Terms.WalletId, payment.PaymentMethodId, cancellationToken);
        }
    }

    /// <summary>Completes a session that is locked, for a customer who is.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="customerId">Who bought.</param>
    /// <param name="walletId">The customer's wallet, locked.</param>
    /// <param name="cardId">The card that becomes the default; null: none does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task CompleteAsync(
        NpgsqlConnection connection, Guid sessionId, Guid customerId, long walletId, Guid? cardId, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand("select is_draft from customers where customer_id = @customer", connection)
            .Add("customer", customerId);
        var isNew = await look.ReadFirstAsync(row => row.GetBoolean(0), cancellationToken);
        await using var customer = new NpgsqlCommand(
            """
            update customers c set is_draft = false,
              phone = case when s.verified_at is null then c.phone else s.phone end,
              phone_verified_at = coalesce(s.verified_at, c.phone_verified_at)
            from checkout_sessions s
            where s.checkout_session_id = @session and c.customer_id = @customer and s.buyer_id = c.customer_id;
            update checkout_sessions set completed_at = clock_timestamp(), customer_id = @customer
            where checkout_session_id = @session and completed_at is null
            """,
            connection)
            .Add("session", sessionId).Add("customer", customerId);
        await customer.ExecuteNonQueryAsync(cancellationToken);
        await NameAsync(connection, sessionId, customerId, cancellationToken);
        if (cardId is { } card)
        {
            await MakeDefaultAsync(connection, customerId, card, cancellationToken);
        }

        if (isNew)
        {
            await WebhookEvents.AddAsync(connection, walletId, WebhookEventKind.CustomerCreated, null, cancellationToken);
        }
    }

    // The merchant's own name for the customer. Another customer may get it at this very moment, by another session or the API: that one
    // keeps it, and what was paid is booked all the same.
    private static async Task NameAsync(
        NpgsqlConnection connection, Guid sessionId, Guid customerId, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand(
            "select reference_id from checkout_sessions where checkout_session_id = @session and buyer_id = @customer", connection)
            .Add("session", sessionId).Add("customer", customerId);
        if (await look.ReadFirstAsync(row => row.Text(0), cancellationToken) is not { } reference)
        {
            return;
        }

        await ExecuteAsync(connection, "savepoint unnamed", cancellationToken);
        try
        {
            await using var name = new NpgsqlCommand(
                """
                update customers c set reference_id = @reference
                where c.customer_id = @customer and c.reference_id is null and not exists (
                  select from customers o where o.merchant_id = c.merchant_id and o.reference_id = @reference and o.deleted_at is null)
                """,
                connection)
                .Add("customer", customerId).Add("reference", reference);
            await name.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await ExecuteAsync(connection, "rollback to savepoint unnamed", cancellationToken);
        }

        await ExecuteAsync(connection, "release savepoint unnamed", cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The card that is charged from now on, unless it is gone.</summary>
    public static async Task MakeDefaultAsync(
        NpgsqlConnection connection, Guid customerId, Guid cardId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update payment_methods m set is_default = false
            where m.customer_id = @customer and m.is_default and m.deleted_at is null and m.payment_method_id <> @card and exists (
              select from payment_methods o where o.payment_method_id = @card and o.customer_id = @customer and o.deleted_at is null);
            update payment_methods set is_default = true
            where payment_method_id = @card and customer_id = @customer and deleted_at is null
            """,
            connection)
            .Add("customer", customerId).Add("card", cardId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
