using Lava.Billing.Checkout;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Who buys: the customer whom a verified phone belongs to, or a draft of a new one.</summary>
internal static class CheckoutBuyers
{
    /// <summary>Finds the buyer of a locked session, or makes a draft.</summary>
    public static async Task<Guid> FindAsync(
        NpgsqlConnection connection, CheckoutState state, Guid newId, CancellationToken cancellationToken)
    {
        if (state.Session.CustomerId is { } named)
        {
            return named;
        }

        // Two sessions that find nobody would make two customers of one person.
        await CodeSendStore.LockAsync(connection, state.Phone!, cancellationToken);
        var (isTaken, found) = state.Session.ReferenceId is null
            ? (false, await FindByPhoneAsync(connection, state, cancellationToken))
            : await FindByReferenceAsync(connection, state, cancellationToken);
        if (found is { } buyer)
        {
            return buyer;
        }

        if (!isTaken && state.Session.ReferenceId is not null
            && await FindByPhoneAsync(connection, state, cancellationToken) is { } known)
        {
            return known;
        }

        await InsertAsync(connection, state, newId, cancellationToken);
        return newId;
    }

    // The merchant's own name for the customer: it is that one, unless another person's phone is verified there.
    private static async Task<(bool IsTaken, Guid? Buyer)> FindByReferenceAsync(
        NpgsqlConnection connection, CheckoutState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select case when phone_verified_at is null or phone = @phone then customer_id end from customers
            where merchant_id = @merchant and reference_id = @reference and deleted_at is null
            """,
            connection)
            .Add("merchant", state.Session.MerchantId).AddText("reference", state.Session.ReferenceId).AddText("phone", state.Phone);
        return await command.ReadFirstAsync(row => (true, row.Id(0)), cancellationToken);
    }

    private static async Task<Guid?> FindByPhoneAsync(
        NpgsqlConnection connection, CheckoutState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select customer_id from customers
            where merchant_id = @merchant and phone = @phone and phone_verified_at is not null and deleted_at is null
              and (@reference::text is null or reference_id is null)
            order by is_draft, customer_id desc limit 1
            """,
            connection)
            .Add("merchant", state.Session.MerchantId).AddText("phone", state.Phone).AddText("reference", state.Session.ReferenceId);
        return await command.ReadFirstAsync(row => (Guid?)row.GetGuid(0), cancellationToken);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, CheckoutState state, Guid newId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with wallet as (
              insert into wallets (merchant_id, kind, floor) values (@merchant, {(short)WalletKind.Customer}, 0) returning wallet_id)
            insert into customers (customer_id, merchant_id, wallet_id, phone, phone_verified_at, is_draft, created_at)
            select @id, @merchant, wallet_id, @phone, clock_timestamp(), true, clock_timestamp() from wallet
            """,
            connection)
            .Add("id", newId).Add("merchant", state.Session.MerchantId).AddText("phone", state.Phone);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
