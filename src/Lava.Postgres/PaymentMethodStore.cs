using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Cards on file. Only for the process that holds the node's live wallets: a card decides how far a wallet may go.</summary>
public sealed class PaymentMethodStore(StoreSource source, JournalPosition position)
{
    private const string Columns =
        """
        payment_method_id, customer_id, provider, reference, brand, last4, expiry_month, expiry_year, is_default, error_code,
        error_message, error_at, created_at
        """;

    /// <summary>
    /// Puts a card on file, as the one that is charged where it is the first or is meant to be: what waits for a card is due then.
    /// </summary>
    /// <param name="merchantId">Whose customer's.</param>
    /// <param name="walletId">The customer's wallet.</param>
    /// <param name="method">The card; its time is the merchant's clock's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The card and the wallet's floor; null where the customer is deleted.</returns>
    public Task<(PaymentMethod Method, WalletFloor Floor)?> AddAsync(
        Guid merchantId, long walletId, PaymentMethod method, CancellationToken cancellationToken) => ChangeAsync(
        walletId,
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"""
                with old as (
                  update payment_methods set is_default = false where customer_id = @customer and is_default and deleted_at is null
                    and @default
                  returning payment_method_id)
                insert into payment_methods (payment_method_id, merchant_id, customer_id, provider, reference, brand, last4, expiry_month,
                  expiry_year, is_default, created_at)
                select @id, @merchant, @customer, @provider, @reference, @brand, @last4, @month, @year,
                  (select count(*) from old) > 0 or not exists (
                    select from payment_methods where customer_id = @customer and is_default and deleted_at is null),
                  merchant_now(@merchant, clock_timestamp())
                returning {Columns}
                """,
                connection)
                .Add("id", method.Id).Add("merchant", merchantId).Add("customer", method.CustomerId)
                .Add("provider", (short)method.Provider).Add("reference", method.Reference).Add("brand", method.Brand)
                .Add("last4", method.Last4).Add("month", method.ExpiryMonth).Add("year", method.ExpiryYear)
                .Add("default", method.IsDefault);
            return await command.ReadFirstAsync(Read, cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Takes a card off file; the newest of the others is charged from then on. The card as it was and the wallet's floor; null: the
    /// customer has no such card.
    /// </summary>
    public Task<(PaymentMethod Method, WalletFloor Floor)?> DeleteAsync(
        Guid customerId, long walletId, Guid methodId, CancellationToken cancellationToken) => ChangeAsync(
        walletId,
        async connection =>
        {
            await using var delete = new NpgsqlCommand(
                $"""
                update payment_methods set deleted_at = merchant_now(merchant_id, clock_timestamp())
                where payment_method_id = @id and customer_id = @customer and deleted_at is null returning {Columns}
                """,
                connection)
                .Add("id", methodId).Add("customer", customerId);
            var deleted = await delete.ReadFirstAsync(Read, cancellationToken);
            if (deleted is { IsDefault: true })
            {
                await using var promote = new NpgsqlCommand(
                    """
                    update payment_methods set is_default = true where payment_method_id = (
                      select payment_method_id from payment_methods where customer_id = @customer and deleted_at is null
                      order by payment_method_id desc limit 1)
                    """,
                    connection)
                    .Add("customer", customerId);
                await promote.ExecuteNonQueryAsync(cancellationToken);
            }

            return deleted;
        },
        cancellationToken);

    /// <summary>
    /// Makes a card the one that is charged: what waits for a card is due then. The card and the wallet's floor; null: the customer has no
    /// such card.
    /// </summary>
    public Task<(PaymentMethod Method, WalletFloor Floor)?> MakeDefaultAsync(
        Guid customerId, long walletId, Guid methodId, CancellationToken cancellationToken) => ChangeAsync(
        walletId,
        async connection =>
        {
            await using var others = new NpgsqlCommand(
                """
                update payment_methods set is_default = false
                where customer_id = @customer and is_default and deleted_at is null and payment_method_id <> @id and exists (
                  select from payment_methods o where o.payment_method_id = @id and o.customer_id = @customer and o.deleted_at is null)
                """,
                connection)
                .Add("id", methodId).Add("customer", customerId);
            await others.ExecuteNonQueryAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                $"""
                update payment_methods set is_default = true
                where payment_method_id = @id and customer_id = @customer and deleted_at is null returning {Columns}
                """,
                connection)
                .Add("id", methodId).Add("customer", customerId);
            return await command.ReadFirstAsync(Read, cancellationToken);
        },
        cancellationToken);

    /// <summary>A customer's cards, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<PaymentMethod>> ListAsync(Guid customerId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from payment_methods where customer_id = @customer and deleted_at is null and payment_method_id < @before
            order by payment_method_id desc limit @limit
            """)
            .Add("customer", customerId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>All of a customer's cards, newest first, on a connection in a transaction.</summary>
    internal static async Task<List<PaymentMethod>> ListAsync(
        NpgsqlConnection connection, Guid customerId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {Columns} from payment_methods where customer_id = @customer and deleted_at is null
            order by payment_method_id desc limit 100
            """,
            connection).Add("customer", customerId);
        return await command.ReadAllAsync(Read, cancellationToken);
    }

    /// <summary>
    /// Puts a card on file that is not the default, on a connection in a transaction with all of the customer locked; the same card again
    /// takes the place of its row, as the default where that was one.
    /// </summary>
    internal static async Task ReplaceAsync(
        NpgsqlConnection connection, Guid merchantId, PaymentMethod method, string? fingerprint, CancellationToken cancellationToken)
    {
        await using var remove = new NpgsqlCommand(
            """
            update payment_methods set deleted_at = merchant_now(merchant_id, clock_timestamp())
            where customer_id = @customer and provider = @provider and fingerprint = @fingerprint and deleted_at is null
            returning is_default
            """,
            connection)
            .Add("customer", method.CustomerId).Add("provider", (short)method.Provider).AddText("fingerprint", fingerprint);
        var wasDefault = (await remove.ReadAllAsync(row => row.GetBoolean(0), cancellationToken)).Contains(true);
        await using var insert = new NpgsqlCommand(
            """
            insert into payment_methods (payment_method_id, merchant_id, customer_id, provider, reference, brand, last4, expiry_month,
              expiry_year, is_default, fingerprint, created_at)
            values (@id, @merchant, @customer, @provider, @reference, @brand, @last4, @month, @year, @default, @fingerprint,
              merchant_now(@merchant, clock_timestamp()))
            """,
            connection)
            .Add("id", method.Id).Add("merchant", merchantId).Add("customer", method.CustomerId)
            .Add("provider", (short)method.Provider).Add("reference", method.Reference).Add("brand", method.Brand)
            .Add("last4", method.Last4).Add("month", method.ExpiryMonth).Add("year", method.ExpiryYear).Add("default", wasDefault)
            .AddText("fingerprint", fingerprint);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A card on file has changed at its provider. Whose it is, with the wallets' floors.</summary>
    /// <param name="provider">Who charges it.</param>
    /// <param name="reference">The provider's name of it.</param>
    /// <param name="card">As it is now; null: it can't be charged any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<(Guid MerchantId, Guid CustomerId, WalletFloor Floor)>> ChangeCardAsync(
        PaymentProviderKind provider, string reference, SavedCard? card, CancellationToken cancellationToken)
    {
        var find = new NpgsqlCommand(
            """
            select m.payment_method_id, m.merchant_id, m.customer_id, c.wallet_id
            from payment_methods m join customers c on c.customer_id = m.customer_id
            where m.provider = @provider and m.reference = @reference and m.deleted_at is null
            """)
            .Add("provider", (short)provider).Add("reference", reference);
        var owners = await source.QueryAsync(
            find, row => (Id: row.GetGuid(0), Merchant: row.GetGuid(1), Customer: row.GetGuid(2), Wallet: row.GetInt64(3)),
            cancellationToken);
        var changed = new List<(Guid MerchantId, Guid CustomerId, WalletFloor Floor)>();
        foreach (var owner in owners)
        {
            if (await ChangeAsync(owner.Wallet, connection => UpdateAsync(connection, owner.Id, card, cancellationToken), cancellationToken)
                is { } its)
            {
                changed.Add((owner.Merchant, owner.Customer, its.Floor));
            }
        }

        return changed;
    }

    /// <summary>
    /// Cards of another provider than the one that charges this mode's can't be charged; those that were marked so can, once theirs is
    /// back. Some of them; whose they are, with the wallets' floors. None: all are as they should be.
    /// </summary>
    public async Task<List<(Guid MerchantId, Guid CustomerId, WalletFloor Floor)>> MatchAsync(
        bool isTest, PaymentProviderKind provider, int limit, CancellationToken cancellationToken)
    {
        var find = new NpgsqlCommand(
            """
            select m.payment_method_id, m.merchant_id, m.customer_id, c.wallet_id
            from payment_methods m join customers c on c.customer_id = m.customer_id join merchants o on o.merchant_id = m.merchant_id
            where o.is_test = @test and m.deleted_at is null and c.deleted_at is null
              and case when m.provider = @provider then m.error_code = @code else m.error_code is null end
            limit @limit
            """)
            .Add("test", isTest).Add("provider", (short)provider).Add("code", DeclineCodes.OtherProvider).Add("limit", limit);
        var cards = await source.QueryAsync(
            find, row => (Id: row.GetGuid(0), Merchant: row.GetGuid(1), Customer: row.GetGuid(2), Wallet: row.GetInt64(3)),
            cancellationToken);
        var changed = new List<(Guid MerchantId, Guid CustomerId, WalletFloor Floor)>();
        foreach (var card in cards)
        {
            if (await ChangeAsync(card.Wallet, connection => MarkAsync(connection, card.Id, provider, cancellationToken), cancellationToken)
                is { } its)
            {
                changed.Add((card.Merchant, card.Customer, its.Floor));
            }
        }

        return changed;
    }

    private static async Task<PaymentMethod?> MarkAsync(
        NpgsqlConnection connection, Guid id, PaymentProviderKind provider, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payment_methods set error_code = case when provider = @provider then null else @code end,
              error_message = case when provider = @provider then null else @message end,
              error_at = case when provider = @provider then null else merchant_now(merchant_id, clock_timestamp()) end
            where payment_method_id = @id and deleted_at is null and coalesce(error_code, @code) = @code returning {Columns}
            """,
            connection)
            .Add("id", id).Add("provider", (short)provider).Add("code", DeclineCodes.OtherProvider)
            .Add("message", DeclineWords.Of(DeclineCodes.OtherProvider));
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    private static async Task<PaymentMethod?> UpdateAsync(
        NpgsqlConnection connection, Guid id, SavedCard? card, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payment_methods set brand = coalesce(@brand, brand), last4 = coalesce(@last4, last4),
              expiry_month = coalesce(@month, expiry_month), expiry_year = coalesce(@year, expiry_year),
              fingerprint = coalesce(@fingerprint, fingerprint),
              error_code = case when @gone then coalesce(error_code, @code) else error_code end,
              error_message = case when @gone and error_code is null then @message else error_message end,
              error_at = case when @gone then coalesce(error_at, merchant_now(merchant_id, clock_timestamp())) else error_at end
            where payment_method_id = @id and deleted_at is null returning {Columns}
            """,
            connection)
            .Add("id", id).AddText("brand", card?.Brand).AddText("last4", card?.Last4).AddText("fingerprint", card?.Fingerprint)
            .Add("gone", card is null).Add("code", DeclineCodes.Detached).Add("message", DeclineWords.Of(DeclineCodes.Detached));
        command.Parameters.Add(new NpgsqlParameter<short?>("month", card?.ExpiryMonth));
        command.Parameters.Add(new NpgsqlParameter<short?>("year", card?.ExpiryYear));
        return await command.ReadFirstAsync(Read, cancellationToken);
    }

    private Task<(PaymentMethod Method, WalletFloor Floor)?> ChangeAsync(
        long walletId, Func<NpgsqlConnection, Task<PaymentMethod?>> change, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync<(PaymentMethod Method, WalletFloor Floor)?>(
            async connection =>
            {
                await JournalFence.HoldAsync(connection, position, cancellationToken);
                var open = await PaymentLocks.OpenPaymentAsync(connection, walletId, cancellationToken);
                if (await PaymentLocks.CustomerAsync(connection, walletId, cancellationToken) is not { IsDeleted: false } customer)
                {
                    return null;
                }

                await PaymentLocks.SubscriptionAsync(connection, customer.CustomerId, cancellationToken);
                await PaymentLocks.WalletsAsync(connection, walletId, [], cancellationToken);
                if (await change(connection) is not { } method)
                {
                    return null;
                }

                if (method.IsDefault)
                {
                    await AwakenAsync(connection, walletId, open, cancellationToken);
                }

                var (floor, _) = await OverageRow.SetFloorAsync(connection, walletId, cancellationToken);
                return (method, floor);
            },
            cancellationToken);

    // Another card: what was declined with the old one may be tried with it now.
    private static async Task AwakenAsync(
        NpgsqlConnection connection, long walletId, Guid? openPayment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update payments set next_attempt_at = least(next_attempt_at, merchant_now(merchant_id, clock_timestamp())),
              decline_code = null, decline_is_hard = null
            where payment_id = @payment and status = {(short)PaymentStatus.Waiting} and exists (
              select from payment_methods m where m.customer_id = payments.customer_id and m.is_default and m.deleted_at is null
                and m.error_code is null);
            insert into wallets_due (wallet_id) values (@wallet) on conflict (wallet_id) do update set not_before = null
            """,
            connection)
            .AddId("payment", openPayment).Add("wallet", walletId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static PaymentMethod Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        CustomerId = row.GetGuid(1),
        Provider = (PaymentProviderKind)row.GetInt16(2),
        Reference = row.GetString(3),
        Brand = row.GetString(4),
        Last4 = row.GetString(5),
        ExpiryMonth = row.GetInt16(6),
        ExpiryYear = row.GetInt16(7),
        IsDefault = row.GetBoolean(8),
        ErrorCode = row.Text(9),
        ErrorMessage = row.Text(10),
        ErrorAt = row.IsDBNull(11) ? null : row.Time(11),
        CreatedAt = row.Time(12),
    };
}
