using Lava.Billing.Payments;
using Npgsql;

namespace Lava.Postgres;

/// <summary>The providers' names of customers.</summary>
internal static class ProviderCustomers
{
    /// <summary>The provider's name of a customer; null: it has none yet.</summary>
    public static async Task<string?> FindAsync(
        NpgsqlConnection connection, Guid customerId, PaymentProviderKind provider, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select reference from provider_customers where customer_id = @customer and provider = @provider", connection)
            .Add("customer", customerId).Add("provider", (short)provider);
        return await command.ReadFirstAsync(row => row.GetString(0), cancellationToken);
    }

    /// <summary>Notes a name; the first stays.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, Guid customerId, PaymentProviderKind provider, string reference, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into provider_customers (customer_id, provider, reference) values (@customer, @provider, @reference)
            on conflict (customer_id, provider) do nothing
            """,
            connection)
            .Add("customer", customerId).Add("provider", (short)provider).Add("reference", reference);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
