using System.Text.Json.Nodes;
using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Webhooks;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// The wallets that billing must look at. Only for the process that holds the node's live wallets: its fence must be the newest.
/// </summary>
public sealed class WalletWatchStore(StoreSource source, JournalPosition position) : IWalletWatchStore
{
    /// <inheritdoc/>
    public Task<List<long>> FindDueAsync(int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select d.wallet_id from wallets_due d join wallets w using (wallet_id)
            where d.not_before is null or d.not_before <= merchant_now(w.merchant_id, clock_timestamp()) limit @limit
            """)
            .Add("limit", limit);
        return source.QueryAsync(command, row => row.GetInt64(0), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing was changed.</exception>
    public Task<WalletLook?> LookAsync(
        Guid paymentId, long walletId, bool isShort, ChargeLeast least, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                var locked = await PaymentLocks.OpenPaymentAsync(connection, walletId, cancellationToken);
                var owner = await PaymentLocks.CustomerAsync(connection, walletId, cancellationToken);
                if (owner is not { IsDeleted: false } customer)
                {
                    await DoneAsync(connection, walletId, null, cancellationToken);
                    return null;
                }

                var subscription = await PaymentLocks.SubscriptionAsync(connection, customer.CustomerId, cancellationToken);
                await PaymentLocks.WalletsAsync(connection, walletId, [], cancellationToken);
                var (wallet, isTest) = await ReadAsync(connection, walletId, cancellationToken);
                var verdict = WatchVerdict.Of(wallet, isShort, least.Of(isTest));
                var opening = Wish(verdict, customer.MerchantId, customer.CustomerId, walletId, subscription) is { } wish
                    ? await PaymentOpener.OpenAsync(connection, paymentId, wish with { Least = least }, locked, cancellationToken)
                    : null;
                await TellAsync(connection, walletId, wallet, verdict.Level, cancellationToken);
                await MarkAsync(connection, walletId, verdict, cancellationToken);
                var (floor, hasChanged) = await OverageRow.SetFloorAsync(connection, walletId, cancellationToken);
                await DoneAsync(connection, walletId, opening?.FreeAt, cancellationToken);
                return new WalletLook(
                    floor, customer.MerchantId, customer.CustomerId, hasChanged,
                    opening?.Outcome == OpeningOutcome.Opened ? opening.Payment : null);
            },
            cancellationToken);

    // Money of a payment that a person must look at may have been taken: nothing is charged by itself beside it.
    private static async Task<(WatchedWallet Wallet, bool IsTest)> ReadAsync(
        NpgsqlConnection connection, long walletId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {OverageRow.Columns}, w.posted, m.low_balance, w.alert_level, b.credit_bundle_id, b.cost, b.credit_amount,
              exists (select from payments o where o.wallet_id = w.wallet_id and o.status < {(short)PaymentStatus.Succeeded})
                or exists (select from payments o where o.wallet_id = w.wallet_id and o.status = {(short)PaymentStatus.Review}),
              m.is_test
            from wallets w join customers c using (wallet_id) join merchants m on m.merchant_id = w.merchant_id
            left join subscriptions s on s.customer_id = c.customer_id and s.cancelled_at is null
            left join credit_bundles b on b.credit_bundle_id = s.auto_top_up_bundle_id and b.deleted_at is null
            where w.wallet_id = @wallet
            """,
            connection)
            .Add("wallet", walletId);
        const int Own = OverageRow.Count;
        return await command.ReadFirstAsync(
            row => (new WatchedWallet(
                new Money(row.GetInt64(Own)),
                new Money(row.GetInt64(Own + 1)),
                (BalanceLevel)row.GetInt16(Own + 2),
                OverageRow.Read(row, 0),
                row.IsDBNull(Own + 3)
                    ? null
                    : new TopUpBundle(row.GetGuid(Own + 3), new Money(row.GetInt64(Own + 4)), new Money(row.GetInt64(Own + 5))),
                row.GetBoolean(Own + 6)), row.GetBoolean(Own + 7)),
            cancellationToken);
    }

    private static NewPayment? Wish(WatchVerdict verdict, Guid merchantId, Guid customerId, long walletId, Guid? subscription)
    {
        if (verdict.Overage == Money.Zero && verdict.TopUp is null)
        {
            return null;
        }

        return new NewPayment
        {
            Kind = verdict.TopUp is null ? PaymentKind.Overage : PaymentKind.Bundle,
            MerchantId = merchantId,
            CustomerId = customerId,
            WalletId = walletId,
            Fee = verdict.TopUp?.Cost ?? Money.Zero,
            Overage = verdict.Overage,
            Credit = verdict.TopUp?.Credit ?? Money.Zero,
            SubscriptionId = subscription,
            CreditBundleId = verdict.TopUp?.Id,
            IsAutomatic = true,
        };
    }

    // Once for each fall.
    private static async Task TellAsync(
        NpgsqlConnection connection, long walletId, WatchedWallet wallet, BalanceLevel level, CancellationToken cancellationToken)
    {
        if (level <= wallet.Level)
        {
            return;
        }

        var facts = new JsonObject
        {
            ["balance"] = wallet.Posted.ToString(),
            ["low_balance"] = wallet.LowBalance.ToString(),
        };
        var kind = level == BalanceLevel.Empty ? WebhookEventKind.BalanceEmpty : WebhookEventKind.BalanceLow;
        await WebhookEvents.AddAsync(connection, walletId, kind, facts.ToJsonString(), cancellationToken);
    }

    private static async Task MarkAsync(
        NpgsqlConnection connection, long walletId, WatchVerdict verdict, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update wallets set alert_at = @alert, alert_level = @level
            where wallet_id = @wallet and (alert_at is distinct from @alert or alert_level <> @level)
            """,
            connection)
            .Add("wallet", walletId).Add("level", (short)verdict.Level);
        command.Parameters.Add(new NpgsqlParameter("alert", NpgsqlDbType.Bigint)
        {
            Value = verdict.AlertAt is { } at ? at.Units : DBNull.Value,
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task DoneAsync(
        NpgsqlConnection connection, long walletId, DateTimeOffset? notBefore, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            notBefore is null
                ? "delete from wallets_due where wallet_id = @wallet"
                : """
                  insert into wallets_due (wallet_id, not_before) values (@wallet, @at)
                  on conflict (wallet_id) do update set not_before = excluded.not_before
                  """,
            connection)
            .Add("wallet", walletId).AddTime("at", notBefore);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
