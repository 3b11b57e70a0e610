using Lava.Billing.Credits;
using Lava.Billing.Plans;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The credit of a cycle, in the transaction that begins or pays the cycle, with the wallet locked.</summary>
internal static class CycleCredit
{
    /// <summary>
    /// Gives what a cycle brings; nothing where it brings nothing. <see cref="GrantLedger.LockAsync"/> comes before.
    /// </summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="subscription">Whose cycle.</param>
    /// <param name="grantId">The grant's id.</param>
    /// <param name="amount">How much.</param>
    /// <param name="posted">The wallet's posted balance.</param>
    /// <param name="paymentId">The payment that pays for it; null: it costs nothing.</param>
    /// <param name="at">The merchant's time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task GiveAsync(
        NpgsqlConnection connection, LockedSubscription subscription, Guid grantId, Money amount, Money posted, Guid? paymentId,
        DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (amount == Money.Zero)
        {
            return;
        }

        var grant = new NewGrant
        {
            Id = grantId,
            MerchantId = subscription.MerchantId,
            CustomerId = subscription.CustomerId,
            WalletId = subscription.WalletId,
            Origin = CreditOrigin.CycleCredit,
            Amount = amount,
            SubscriptionId = subscription.Id,
            ExternalReference = paymentId is { } payment ? Ids.Format(IdPrefix.Payment, subscription.IsTest, payment) : null,
            Fingerprint = paymentId ?? grantId,
        };
        if (await GrantStore.InsertAsync(connection, grant, posted, at, cancellationToken) is null)
        {
            throw new InvalidOperationException($"The credit of payment {grant.ExternalReference} was given before.");
        }

        await GrantLedger.BookAsync(
            connection, EntryKind.CycleCredit, grantId, subscription.WalletId, amount, at, cancellationToken);
    }

    /// <summary>
    /// Lets the wallet's credit of a kind expire where it does not roll over. No balance moves here: the expiry takes it, memory first.
    /// </summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="walletId">The wallet.</param>
    /// <param name="at">When.</param>
    /// <param name="cycle">What becomes of cycle credit.</param>
    /// <param name="bundles">What becomes of bundles.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task LapseAsync(
        NpgsqlConnection connection, long walletId, DateTimeOffset at, Rollover cycle, Rollover bundles,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update grants set expires_at = @at
            where wallet_id = @wallet and not spent and ((@cycle and burn_class = 0) or (@bundles and burn_class = 2))
              and (expires_at is null or expires_at > @at)
            """,
            connection)
            .Add("wallet", walletId).AddTime("at", at)
            .Add("cycle", cycle == Rollover.None).Add("bundles", bundles == Rollover.None);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
