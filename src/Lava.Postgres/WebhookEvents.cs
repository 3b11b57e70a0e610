using Lava.Billing.Webhooks;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// What webhooks are to tell, written in the transaction of the change itself while the customer's wallet is locked: so nothing is told
/// that did not happen, nothing is lost, and the order is that of the changes.
/// </summary>
internal static class WebhookEvents
{
    /// <summary>Notes an event of a customer's; nothing where the merchant has no webhook.</summary>
    /// <param name="connection">In the transaction of the change.</param>
    /// <param name="walletId">The customer's wallet.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="facts">What the customer's state does not tell: a JSON object; null: nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task AddAsync(
        NpgsqlConnection connection, long walletId, WebhookEventKind kind, string? facts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into webhook_events (merchant_id, wallet_id, kind, facts)
            select w.merchant_id, w.wallet_id, {(short)kind}, @facts from wallets w
            where w.wallet_id = @wallet and exists (
              select from webhooks h where h.merchant_id = w.merchant_id and h.deleted_at is null)
            on conflict (wallet_id) where kind = {(short)WebhookEventKind.BalanceUpdated} and claimed_at is null do nothing
            """,
            connection).Add("wallet", walletId).AddText("facts", facts, NpgsqlDbType.Jsonb);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
