using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Checkout sessions as their pages use them. Locks are taken in one order everywhere: the fence, the session, the payment, the customer,
/// the subscription, wallets. Only for the process that holds the node's live wallets.
/// </summary>
public sealed class CheckoutStore(StoreSource source, JournalPosition position) : ICheckoutStore
{
    private static readonly string[] Forgetting =
    [
        "delete from code_sends where sent_at < clock_timestamp() - interval '1 day'",
        $"""
        update payments set status = {(short)PaymentStatus.Failed}, next_attempt_at = null, decline_code = 'interrupted',
          decline_is_hard = false, ended_at = merchant_now(merchant_id, clock_timestamp())
        where status = {(short)PaymentStatus.Waiting} and is_attended
          and payment_id < first_id_at(clock_timestamp() - @abandoned)
        """,
        $"""
        update customers c set deleted_at = clock_timestamp(), phone = null, phone_verified_at = null
        where c.is_draft and c.deleted_at is null and c.created_at < clock_timestamp() - @forgotten
          and not exists (select from checkout_sessions s where s.buyer_id = c.customer_id
            and (s.completed_at is not null or s.expires_at >= clock_timestamp() - @forgotten))
          and not exists (select from payments p where p.customer_id = c.customer_id and p.status in (
            {(short)PaymentStatus.Waiting}, {(short)PaymentStatus.Attempting}, {(short)PaymentStatus.Review}))
        """,
        """
        update checkout_sessions set phone = null, country = null, visit = null, code_reference = null, code_sent_at = null,
          verified_at = null, buyer_id = null, setup_reference = null
        where completed_at is null and expires_at < clock_timestamp() - @forgotten and visit is not null
        """,
    ];

    /// <inheritdoc/>
    public Task<CheckoutRecord?> FindAsync(Guid sessionId, CancellationToken cancellationToken) =>
        source.RunAsync(connection => CheckoutReader.ReadAsync(connection, sessionId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<CheckoutRecord?> ChangeAsync(
        Guid sessionId, Func<CheckoutRecord, CheckoutState> change, CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection => await LockAsync(connection, sessionId, cancellationToken) is { } record
            ? await WriteAsync(connection, record, change(record), cancellationToken)
            : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<CheckoutRecord?> SendAsync(
        Guid sessionId, string phone, Func<CheckoutRecord, CodeSendCounts, CheckoutState> change, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                if (await LockAsync(connection, sessionId, cancellationToken) is not { } record)
                {
                    return null;
                }

                // To test merchants' customers nothing is sent.
                var counts = default(CodeSendCounts);
                if (!record.IsTest)
                {
                    await CodeSendStore.LockAsync(connection, phone, cancellationToken);
                    counts = await CodeSendStore.CountAsync(connection, record.State.Session.MerchantId, phone, cancellationToken);
                }

                var state = change(record, counts);
                if (!record.IsTest && state.CodeSends > record.State.CodeSends)
                {
                    await CodeSendStore.AddAsync(connection, record.State.Session.MerchantId, phone, cancellationToken);
                }

                return await WriteAsync(connection, record, state, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<CheckoutRecord?> VerifyAsync(
        Guid sessionId, Guid newCustomerId, Func<CheckoutRecord, bool> mayVerify, Func<CheckoutRecord, CheckoutState> settle,
        CancellationToken cancellationToken) => source.RunInTransactionAsync(
        async connection =>
        {
            if (await LockAsync(connection, sessionId, cancellationToken) is not { } record || !mayVerify(record))
            {
                return await CheckoutReader.ReadAsync(connection, sessionId, cancellationToken);
            }

            var buyer = await CheckoutBuyers.FindAsync(connection, record.State, newCustomerId, cancellationToken);
            var verified = record.State with { BuyerId = buyer, VerifiedAt = record.Now, CodeSentAt = null };
            record = await WriteAsync(connection, record, verified, cancellationToken);
            return await WriteAsync(connection, record, settle(record), cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<(CheckoutRecord Record, WalletFloor? Floor)?> AddCardAsync(
        Guid sessionId, string setupReference, PaymentMethod card, string? fingerprint, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync<(CheckoutRecord Record, WalletFloor? Floor)?>(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                if (await LockAsync(connection, sessionId, cancellationToken) is not { } record)
                {
                    return null;
                }

                if (record.State.SetupReference != setupReference || record.Buyer is not { } buyer || buyer.Id != card.CustomerId)
                {
                    return (record, null);
                }

                await PaymentLocks.OpenPaymentAsync(connection, buyer.WalletId, cancellationToken);
                await PaymentLocks.CustomerAsync(connection, buyer.WalletId, cancellationToken);
                await PaymentLocks.SubscriptionAsync(connection, buyer.Id, cancellationToken);
                await PaymentLocks.WalletsAsync(connection, buyer.WalletId, [], cancellationToken);
                await PaymentMethodStore.ReplaceAsync(
                    connection, record.State.Session.MerchantId, card, fingerprint, cancellationToken);
                var state = record.State with { PaymentMethodId = card.Id, WantsCard = false, SetupReference = null };
                record = await WriteAsync(connection, record, state, cancellationToken);
                var (floor, _) = await OverageRow.SetFloorAsync(connection, buyer.WalletId, cancellationToken);
                return (record, floor);
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FencedException">A newer process of this node has the live wallets; nothing has changed.</exception>
    public Task<CheckoutActed?> ActAsync(
        Guid sessionId, Guid newId, Func<CheckoutRecord, CheckoutDecision> decide, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync<CheckoutActed?>(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                if (await LockAsync(connection, sessionId, cancellationToken) is not { } record)
                {
                    return null;
                }

                var decision = decide(record);
                var acted = await CarryOutAsync(connection, record, decision, newId, cancellationToken);
                return acted with { Record = await WriteAsync(connection, record, decision.State, cancellationToken) };
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<string?> FindCustomerReferenceAsync(Guid customerId, PaymentProviderKind provider, CancellationToken cancellationToken) =>
        source.RunAsync(connection => ProviderCustomers.FindAsync(connection, customerId, provider, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<string> NoteCustomerReferenceAsync(
        Guid customerId, PaymentProviderKind provider, string reference, CancellationToken cancellationToken) => source.RunAsync(
        async connection =>
        {
            await ProviderCustomers.AddAsync(connection, customerId, provider, reference, cancellationToken);
            return (await ProviderCustomers.FindAsync(connection, customerId, provider, cancellationToken))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        // Each for itself: together they would hold locks in another order than purchases take them.
        foreach (var statement in Forgetting)
        {
            await source.RunAsync(
                async connection =>
                {
                    await using var command = new NpgsqlCommand(statement, connection)
                        .Add("abandoned", CheckoutLimits.AbandonedAfter).Add("forgotten", CheckoutLimits.ForgottenAfter);
                    return await command.ExecuteNonQueryAsync(cancellationToken);
                },
                cancellationToken);
        }
    }

    private static async Task<CheckoutRecord?> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await CheckoutReader.LockAsync(connection, id, cancellationToken)
            ? await CheckoutReader.ReadAsync(connection, id, cancellationToken)
            : null;

    // Read again, for another buyer or card decides what there is beside the row.
    private static async Task<CheckoutRecord> WriteAsync(
        NpgsqlConnection connection, CheckoutRecord record, CheckoutState state, CancellationToken cancellationToken)
    {
        if (state != record.State)
        {
            await CheckoutRow.WriteAsync(connection, state, cancellationToken);
        }

        if (record.State.BuyerId is { } before && state.BuyerId != before)
        {
            await CheckoutPayments.ReleaseAsync(connection, record, cancellationToken);
        }

        return (await CheckoutReader.ReadAsync(connection, state.Session.Id, cancellationToken))!;
    }

    private static async Task<CheckoutActed> CarryOutAsync(
        NpgsqlConnection connection, CheckoutRecord record, CheckoutDecision decision, Guid newId, CancellationToken cancellationToken)
    {
        switch (decision.Act)
        {
            case CheckoutAct.Attempt:
                return new CheckoutActed(record, record.Payment!.Payment);
            case CheckoutAct.Open:
                var opening = await CheckoutPayments.OpenAsync(connection, record, decision.Payment!, newId, cancellationToken);
                return new CheckoutActed(
                    record, opening.Outcome == OpeningOutcome.Opened ? opening.Payment : null, opening.Outcome);
            case CheckoutAct.Attend:
                return await CheckoutPayments.TakeAsync(connection, record, decision.State, cancellationToken);
            case CheckoutAct.Complete:
                // The row first: the completion reads the phone there.
                await CheckoutRow.WriteAsync(connection, decision.State, cancellationToken);
                return await CheckoutCompletion.CompleteAsync(connection, record, decision.State, newId, cancellationToken) is { } done
                    ? new CheckoutActed(record, null, null, done.Floor, IsCompleted: true, done.Credit)
                    : new CheckoutActed(record, null, OpeningOutcome.Changed);
            default:
                return new CheckoutActed(record);
        }
    }
}
