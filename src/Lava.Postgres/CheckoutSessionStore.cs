using Lava.Billing.Checkout;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Checkout sessions.</summary>
public sealed class CheckoutSessionStore(StoreSource source)
{
    private const string Columns =
        """
        checkout_session_id, merchant_id, mode, origin_url, customer_id, plan_id, credit_bundle_id, reference_id, created_at, expires_at,
        completed_at
        """;

    /// <summary>Adds a session.</summary>
    public Task CreateAsync(CheckoutSession session, CancellationToken cancellationToken) => source.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"""
                insert into checkout_sessions ({Columns}) values
                  (@id, @merchant, @mode, @origin, @customer, @plan, @bundle, @reference, @created, @expires, null)
                """,
                connection)
                .Add("id", session.Id).Add("merchant", session.MerchantId).Add("mode", (short)session.Mode)
                .Add("origin", session.OriginUrl).AddText("reference", session.ReferenceId)
                .AddTime("created", session.CreatedAt).AddTime("expires", session.ExpiresAt);
            AddId(command, "customer", session.CustomerId);
            AddId(command, "plan", session.PlanId);
            AddId(command, "bundle", session.CreditBundleId);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>A session of the merchant's; null where there is none.</summary>
    public async Task<CheckoutSession?> FindAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {Columns} from checkout_sessions where merchant_id = @merchant and checkout_session_id = @id")
            .Add("merchant", merchantId).Add("id", id);
        return (await source.QueryAsync(command, Read, cancellationToken)).FirstOrDefault();
    }

    /// <summary>Sessions, newest first, older than <paramref name="before"/>; of one reference id where it is given.</summary>
    public Task<List<CheckoutSession>> ListAsync(
        Guid merchantId, string? referenceId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from checkout_sessions
            where merchant_id = @merchant and checkout_session_id < @before and (@reference is null or reference_id = @reference)
            order by checkout_session_id desc limit @limit
            """)
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit).AddText("reference", referenceId);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    private static void AddId(NpgsqlCommand command, string name, Guid? id) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Uuid) { Value = id is { } value ? value : DBNull.Value });

    private static Guid? Id(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetGuid(ordinal);

    private static CheckoutSession Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        MerchantId = row.GetGuid(1),
        Mode = (CheckoutMode)row.GetInt16(2),
        OriginUrl = row.GetString(3),
        CustomerId = Id(row, 4),
        PlanId = Id(row, 5),
        CreditBundleId = Id(row, 6),
        ReferenceId = row.Text(7),
        CreatedAt = row.Time(8),
        ExpiresAt = row.Time(9),
        CompletedAt = row.IsDBNull(10) ? null : row.Time(10),
    };
}
