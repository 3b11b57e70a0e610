using System.Collections.Frozen;
using Lava.Billing.Webhooks;
using Lava.Core.Accounts;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Customers and the opening of their wallets.</summary>
public sealed class CustomerStore(StoreSource source)
{
    private const string Live = "merchant_id = @merchant and deleted_at is null and not is_draft";

    // With the plan that each is subscribed to. Of rows named c, which may be those that a change has just given back.
    private const string Columns =
        $"""
        {CustomerAccountRow.Columns}, c.name, c.email, c.phone, c.metadata::text, c.created_at, s.subscription_id, p.name,
        array(select l.meter_id from plan_meters l where l.plan_id = s.plan_id)
        """;

    private const int Own = CustomerAccountRow.Count;

    /// <summary>
    /// Adds a customer with an empty wallet. A customer that has the reference id already is returned as it stands, and not changed.
    /// </summary>
    /// <param name="id">The new customer's id.</param>
    /// <param name="merchantId">Whose customer.</param>
    /// <param name="values">The fields; absent and null are the same here.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(CustomerRecord Record, bool Created)> CreateAsync(
        Guid id, Guid merchantId, CustomerChange values, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        try
        {
            var record = await source.RunInTransactionAsync(
                connection => InsertAsync(connection, id, merchantId, values, createdAt, cancellationToken), cancellationToken);
            return (record, true);
        }
        catch (PostgresException taken) when (IsReferenceTaken(taken))
        {
            // Of two that come at once one finds the index taken; the winner's row is committed by then.
            var existing = await FindAsync(merchantId, null, values.ReferenceId.Value, cancellationToken);
            return existing is null ? throw new StoreUnavailableException("The customer was deleted meanwhile.", taken) : (existing, false);
        }
    }

    /// <summary>A customer by id or, without one, by reference id; null where this merchant has none.</summary>
    public async Task<CustomerRecord?> FindAsync(Guid merchantId, Guid? id, string? referenceId, CancellationToken cancellationToken)
    {
        var condition = id is null ? "c.reference_id = @reference" : "c.customer_id = @id";
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from customers c {CustomerAccountRow.Joins}
            where c.merchant_id = @merchant and c.deleted_at is null and not c.is_draft and {condition}
            """);
        command.Add("merchant", merchantId);
        command.Add("id", id ?? Guid.Empty);
        command.AddText("reference", referenceId ?? "");
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Customers, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<CustomerRecord>> ListAsync(Guid merchantId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from customers c {CustomerAccountRow.Joins}
            where c.merchant_id = @merchant and c.deleted_at is null and not c.is_draft and c.customer_id < @before
            order by c.customer_id desc limit @limit
            """);
        command.Add("merchant", merchantId);
        command.Add("before", before ?? Guid.AllBitsSet);
        command.Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>Changes a customer and returns it as it now stands; null where there is none.</summary>
    /// <exception cref="NameTakenException">Another customer of the merchant has the reference id.</exception>
    public async Task<CustomerRecord?> UpdateAsync(
        Guid merchantId, Guid id, CustomerChange change, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            with c as (update customers set
              reference_id = case when @has_reference then @reference else reference_id end,
              name = case when @has_name then @name else name end,
              email = case when @has_email then @email else email end,
              phone = case when @has_phone then @phone else phone end,
              phone_verified_at = case when @has_phone and @phone is distinct from phone then null else phone_verified_at end,
              metadata = case when @has_metadata then @metadata else metadata end,
              limits = case when @has_limits then @limits else limits end
            where {Live} and customer_id = @id returning *)
            select {Columns} from c {CustomerAccountRow.Joins}
            """);
        command.Add("merchant", merchantId);
        command.Add("id", id);
        command.Add("has_reference", change.ReferenceId.IsPresent);
        command.Add("has_name", change.Name.IsPresent);
        command.Add("has_email", change.Email.IsPresent);
        command.Add("has_phone", change.Phone.IsPresent);
        command.Add("has_metadata", change.Metadata.IsPresent);
        command.Add("has_limits", change.Limits.IsPresent);
        AddFields(command, change);
        try
        {
            var rows = await source.QueryAsync(command, Read, cancellationToken);
            return rows.Count == 0 ? null : rows[0];
        }
        catch (PostgresException taken) when (IsReferenceTaken(taken))
        {
            throw new NameTakenException("reference_id", taken);
        }
    }

    /// <summary>
    /// Marks a customer deleted and ends its subscription; its wallet, ledger and requests stay. False where there is none.
    /// </summary>
    public Task<bool> DeleteAsync(Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                if (await MarkDeletedAsync(connection, merchantId, id, at, cancellationToken) is not { } wallet)
                {
                    return false;
                }

                // The lock puts what is told into the order of the wallet's changes.
                await using var locked = new NpgsqlCommand("select 1 from wallets where wallet_id = @wallet for update", connection)
                    .Add("wallet", wallet);
                await locked.ExecuteNonQueryAsync(cancellationToken);
                await WebhookEvents.AddAsync(connection, wallet, WebhookEventKind.CustomerDeleted, null, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>The customers of some wallets, deleted ones too, on a connection in a transaction.</summary>
    internal static async Task<List<CustomerRecord>> ListByWalletAsync(
        NpgsqlConnection connection, long[] wallets, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from customers c {CustomerAccountRow.Joins} where c.wallet_id = any(@wallets)", connection)
            .Add("wallets", wallets);
        return await command.ReadAllAsync(Read, cancellationToken);
    }

    private static async Task<long?> MarkDeletedAsync(
        NpgsqlConnection connection, Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with gone as (update customers set deleted_at = @at where {Live} and customer_id = @id returning wallet_id),
              ended as (update subscriptions set cancelled_at = @at where customer_id = @id and merchant_id = @merchant
                and cancelled_at is null)
            select wallet_id from gone
            """,
            connection)
            .Add("merchant", merchantId).Add("id", id).Add("at", at);
        return await command.ReadFirstAsync(row => (long?)row.GetInt64(0), cancellationToken);
    }

    private static async Task<CustomerRecord> InsertAsync(
        NpgsqlConnection connection,
        Guid id,
        Guid merchantId,
        CustomerChange values,
        DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with wallet as (
              insert into wallets (merchant_id, kind, floor) values (@merchant, {(short)WalletKind.Customer}, 0) returning wallet_id),
            c as (
              insert into customers (customer_id, merchant_id, wallet_id, reference_id, name, email, phone, metadata, limits, created_at)
              select @id, @merchant, wallet_id, @reference, @name, @email, @phone, @metadata, @limits, @at from wallet
              returning *)
            select {Columns} from c {CustomerAccountRow.Joins}
            """,
            connection);
        command.Add("merchant", merchantId);
        command.Add("id", id);
        command.Add("at", at);
        AddFields(command, values);
        var record = (await command.ReadFirstAsync(Read, cancellationToken))!;
        await WebhookEvents.AddAsync(connection, record.Customer.WalletId, WebhookEventKind.CustomerCreated, null, cancellationToken);
        return record;
    }

    private static void AddFields(NpgsqlCommand command, CustomerChange values)
    {
        command.AddText("reference", values.ReferenceId.Value);
        command.AddText("name", values.Name.Value);
        command.AddText("email", values.Email.Value);
        command.AddText("phone", values.Phone.Value);
        command.AddText("metadata", values.Metadata.Value, NpgsqlDbType.Jsonb);
        command.AddText("limits", LimitColumn.Write(values.Limits.Value ?? []), NpgsqlDbType.Jsonb);
    }

    private static bool IsReferenceTaken(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "customers_by_reference" };

    private static CustomerRecord Read(NpgsqlDataReader row)
    {
        var customer = CustomerAccountRow.Read(row, _ => row.GetFieldValue<Guid[]>(Own + 7).ToFrozenSet());
        return new CustomerRecord
        {
            Customer = customer,
            Plan = customer.PlanId is { } plan ? new CustomerPlan(row.GetGuid(Own + 5), plan, row.GetString(Own + 6)) : null,
            Name = row.Text(Own),
            Email = row.Text(Own + 1),
            Phone = row.Text(Own + 2),
            Metadata = row.Text(Own + 3),
            OwnLimits = LimitColumn.Read(row.Text(CustomerAccountRow.OwnLimits), LimitScope.Customer),
            CreatedAt = row.Time(Own + 4),
        };
    }
}
