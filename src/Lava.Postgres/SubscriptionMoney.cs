using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Ends the state of being past due, one way or the other.</summary>
internal sealed class SubscriptionMoney : ISubscriptionMoney
{
    /// <inheritdoc/>
    public async Task<Guid?> PaidAsync(
        NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (payment.Terms.Kind == PaymentKind.Renewal && payment.Terms.SubscriptionId is { } id)
        {
            await using var command = new NpgsqlCommand(
                "update subscriptions set past_due_since = null where subscription_id = @id", connection).Add("id", id);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return payment.Terms.SubscriptionId;
    }

    /// <inheritdoc/>
    public async Task GivenUpAsync(
        NpgsqlConnection connection, Payment payment, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update subscriptions set cancelled_at = @at where subscription_id = @id and cancelled_at is null", connection)
            .AddId("id", payment.Terms.SubscriptionId).AddTime("at", at);
        if (await command.ExecuteNonQueryAsync(cancellationToken) > 0)
        {
            await WebhookEvents.AddAsync(
                connection, payment.Terms.WalletId, WebhookEventKind.SubscriptionCancelled, """{"reason":"payment_failed"}""",
                cancellationToken);
        }
    }
}
