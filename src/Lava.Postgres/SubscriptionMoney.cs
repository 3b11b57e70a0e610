using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>A payment's end for the subscription that it was for: the cycle that it pays for begins, or nothing does any more.</summary>
internal sealed class SubscriptionMoney : ISubscriptionMoney
{
    /// <inheritdoc/>
    public async Task<Money?> PaidAsync(
        NpgsqlConnection connection, Payment payment, Guid grantId, CancellationToken cancellationToken)
    {
        var result = await SubscriptionRoll.BookPaymentAsync(connection, payment.Id, payment.Terms, grantId, cancellationToken);
        if (result.Applied)
        {
            return result.Credit;
        }

        // Paid all the same: nothing of it is owed any more.
        await using var command = new NpgsqlCommand(
            "update subscriptions set past_due_since = null where subscription_id = @id", connection)
            .AddId("id", payment.Terms.SubscriptionId);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return null;
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
