using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Reads attempts with all that their provider is told: always the card that was asked then, whatever has become of it.</summary>
internal static class AttemptReader
{
    /// <summary>A payment's last attempt.</summary>
    public static Task<PaymentAttempt?> ReadLastAsync(NpgsqlConnection connection, Guid paymentId, CancellationToken cancellationToken) =>
        ReadAsync(connection, "p.payment_id = @id and t.attempt = p.attempts", "id", paymentId, cancellationToken);

    /// <summary>The attempt whose charge has a name.</summary>
    public static Task<PaymentAttempt?> ReadAsync(NpgsqlConnection connection, string reference, CancellationToken cancellationToken) =>
        ReadAsync(connection, "t.provider_reference = @reference", "reference", reference, cancellationToken);

    private static async Task<PaymentAttempt?> ReadAsync(
        NpgsqlConnection connection, string which, string name, object value, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {PaymentRow.Columns}, number, wanted, charge_name, age, asked, card_name, payer_name, begun_at, for_test, card_of
            from payments join (
              select p.payment_id as id, t.attempt as number, t.action as wanted, t.provider_reference as charge_name,
                clock_timestamp() - t.sent_at as age, t.charges as asked, m.reference as card_name, c.reference as payer_name,
                t.sent_at as begun_at, o.is_test as for_test, m.provider as card_of
              from payment_attempts t join payments p on p.payment_id = t.payment_id join merchants o on o.merchant_id = p.merchant_id
              left join payment_methods m on m.payment_method_id = t.payment_method_id
              left join provider_customers c on c.customer_id = m.customer_id and c.provider = m.provider
              where {which}
            ) a on a.id = payment_id
            """,
            connection)
            .Add(name, value);
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    private static PaymentAttempt Read(NpgsqlDataReader row)
    {
        const int First = PaymentRow.Count;
        return new PaymentAttempt(PaymentRow.Read(row), row.Text(First + 5), row.GetBoolean(First + 8))
        {
            Number = row.GetInt32(First),
            Action = row.IsDBNull(First + 1) ? null : (PaymentAction)row.GetInt16(First + 1),
            ProviderReference = row.Text(First + 2),
            Age = row.GetTimeSpan(First + 3),
            Charges = row.GetInt16(First + 4),
            CustomerReference = row.Text(First + 6),
            SentAt = row.Time(First + 7),
            Provider = row.IsDBNull(First + 9) ? null : (PaymentProviderKind)row.GetInt16(First + 9),
        };
    }
}
