using Lava.Billing.Credits;
using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Customers, looked for by what people remember of them, each with what lists of them show. For the dashboard's own connections.
/// </summary>
public sealed class CustomerSearchStore(StoreSource source)
{
    /// <summary>Customers, in the query's order.</summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="query">Which.</param>
    /// <param name="today">The day that it is, UTC: the usage of its month is shown, and limits are those of its times.</param>
    /// <param name="after">The last one of the page before; null: the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away, or took too long.</exception>
    /// <exception cref="StoreRefusedException">The text can't be one of PostgreSQL's.</exception>
    public async Task<List<FoundCustomer>> FindAsync(
        Guid merchantId, CustomerQuery query, DateOnly today, CustomerPlace? after, int limit, CancellationToken cancellationToken)
    {
        List<FoundCustomer> found = [];
        foreach (var command in CustomerSearch.Commands(merchantId, query, today, after ?? CustomerPlace.First, limit))
        {
            found = await source.QueryAsync(command, Read, cancellationToken);
            if (found.Count == limit)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>How many customers need a look.</summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="today">The day that it is, UTC.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away, or took too long.</exception>
    public async Task<CustomerCounts> CountAsync(Guid merchantId, DateOnly today, CancellationToken cancellationToken) =>
        (await source.QueryAsync(
            CustomerSearch.Counts(merchantId, today), row => new CustomerCounts(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2)),
            cancellationToken))[0];

    /// <summary>What a customer has used in the times that limits count in, as of its last call; null: it made none.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away, or took too long.</exception>
    public async Task<UsageWindows?> UsageAsync(Guid merchantId, Guid customerId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"select {UsageWindowSql.Columns} from usage_windows w where w.subject_id = @customer and w.merchant_id = @merchant")
            .Add("customer", customerId).Add("merchant", merchantId);
        var rows = await source.QueryAsync(command, row => UsageWindowSql.Read(row), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    private static FoundCustomer Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        WalletId = row.GetInt64(1),
        ReferenceId = row.Text(2),
        Name = row.Text(3),
        Email = row.Text(4),
        CreatedAt = row.Time(5),
        PlanId = row.Id(6),
        PlanName = row.Text(7),
        IsPastDue = !row.IsDBNull(8) && row.GetBoolean(8),
        Level = row.IsDBNull(9) ? BalanceLevel.Fine : (BalanceLevel)row.GetInt16(9),
        Requests = row.IsDBNull(10) ? 0 : row.GetInt64(10),
        Spend = row.Amount(11) ?? Money.Zero,
        LastAt = row.IsDBNull(12) ? null : row.Time(12),
    };
}
