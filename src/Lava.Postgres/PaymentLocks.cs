using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// The locks of all that concerns payments, in this order everywhere: the payment, the customer, the subscription, wallets by their ids.
/// Customers and subscriptions so that rows may still refer to them: who writes a grant has its wallet first.
/// </summary>
internal static class PaymentLocks
{
    /// <summary>The wallet's open payment; null: none. Another may be opened until the customer is locked.</summary>
    public static async Task<Guid?> OpenPaymentAsync(NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select payment_id from payments where wallet_id = @wallet and status < {(short)PaymentStatus.Succeeded} for update",
            connection)
            .Add("wallet", walletId);
        return await command.ReadFirstAsync(row => (Guid?)row.GetGuid(0), cancellationToken);
    }

    /// <summary>The customer who has a wallet: whose, who, and whether it is still one; null: it is nobody's.</summary>
    public static async Task<(Guid MerchantId, Guid CustomerId, bool IsDeleted)?> CustomerAsync(
        NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select merchant_id, customer_id, deleted_at is not null from customers where wallet_id = @wallet for no key update
            """,
            connection)
            .Add("wallet", walletId);
        return await command.ReadFirstAsync(
            row => ((Guid MerchantId, Guid CustomerId, bool IsDeleted)?)(row.GetGuid(0), row.GetGuid(1), row.GetBoolean(2)),
            cancellationToken);
    }

    /// <summary>The customer's active subscription; null: none.</summary>
    public static async Task<Guid?> SubscriptionAsync(NpgsqlConnection connection, Guid customerId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select subscription_id from subscriptions where customer_id = @customer and cancelled_at is null for no key update
            """,
            connection)
            .Add("customer", customerId);
        return await command.ReadFirstAsync(row => (Guid?)row.GetGuid(0), cancellationToken);
    }

    /// <summary>The customer's wallet and the accounts that kinds of entry stand against. The customer's posted balance.</summary>
    public static async Task<Money> WalletsAsync(
        NpgsqlConnection connection, long walletId, EntryKind[] kinds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select wallet_id, posted from wallets
            where wallet_id = @wallet or (kind = any (@kinds) and kind <> 0
              and merchant_id = (select merchant_id from wallets where wallet_id = @wallet))
            order by wallet_id for update
            """,
            connection)
            .Add("wallet", walletId).Add("kinds", kinds.Select(kind => (short)EntryRule.Of(kind).Contra).Distinct().ToArray());
        var wallets = await command.ReadAllAsync(row => (Id: row.GetInt64(0), Posted: row.GetInt64(1)), cancellationToken);
        return new Money(wallets.Find(wallet => wallet.Id == walletId).Posted);
    }
}
