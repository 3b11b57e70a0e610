using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Rows of payments.</summary>
internal static class PaymentRow
{
    /// <summary>In the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        """
        payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, subscription_id, cycle_id, credit_bundle_id, plan_id,
        is_automatic, idempotency_key, status, attempts, next_attempt_at, payment_method_id, decline_code, decline_is_hard,
        provider_reference, created_at, ended_at, checkout_session_id, is_attended, review, review_decision,
        (select t.is_test from merchants t where t.merchant_id = payments.merchant_id)
        """;

    /// <summary>The next column's ordinal.</summary>
    public const int Count = 28;

    /// <summary>Reads the current row.</summary>
    public static Payment Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Terms = new NewPayment
        {
            MerchantId = row.GetGuid(1),
            CustomerId = row.GetGuid(2),
            WalletId = row.GetInt64(3),
            Kind = (PaymentKind)row.GetInt16(4),
            Fee = new Money(row.GetInt64(5)),
            Overage = new Money(row.GetInt64(6)),
            Credit = new Money(row.GetInt64(7)),
            SubscriptionId = Id(row, 8),
            CycleId = Id(row, 9),
            CreditBundleId = Id(row, 10),
            PlanId = Id(row, 11),
            IsAutomatic = row.GetBoolean(12),
            IdempotencyKey = row.Text(13),

            // Of one that nobody waits for this is the card that was asked last; whichever is the default then is asked next.
            PaymentMethodId = row.GetBoolean(24) ? Id(row, 17) : null,
            CheckoutSessionId = Id(row, 23),
            IsAttended = row.GetBoolean(24),
        },
        Status = (PaymentStatus)row.GetInt16(14),
        Attempts = row.GetInt32(15),
        NextAttemptAt = row.IsDBNull(16) ? null : row.Time(16),
        PaymentMethodId = Id(row, 17),
        DeclineCode = row.Text(18),
        IsDeclinedForGood = !row.IsDBNull(19) && row.GetBoolean(19),
        ProviderReference = row.Text(20),
        Review = row.Text(25),
        Decision = row.IsDBNull(26) ? null : (ReviewDecision)row.GetInt16(26),
        IsTest = row.GetBoolean(27),
        CreatedAt = row.Time(21),
        EndedAt = row.IsDBNull(22) ? null : row.Time(22),
    };

    /// <summary>A payment, locked.</summary>
    public static async Task<Payment?> LockAsync(NpgsqlConnection connection, Guid paymentId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from payments where payment_id = @id for update", connection).Add("id", paymentId);
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    private static Guid? Id(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetGuid(ordinal);
}
