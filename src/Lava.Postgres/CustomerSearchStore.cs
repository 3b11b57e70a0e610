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
    private const string Columns = "c.customer_id, c.wallet_id, c.reference_id, c.name, c.email, c.created_at";

    private const string Page = "order by customer_id desc limit @limit";

    private const string OfPlan =
        """
        and exists (
          select from subscriptions s where s.customer_id = c.customer_id and s.plan_id = @plan and s.cancelled_at is null)
        """;

    // The same, asked for each that is left.
    private const string OfPlanEach =
        "and (select s.plan_id from subscriptions s where s.customer_id = c.customer_id and s.cancelled_at is null limit 1) = @plan";

    // From the wallets on: a planner that began with the customers would read all of them. A wallet that never held anything is no alert,
    // though nothing is in it.
    private const string Alerted =
        """
        (select k.* from wallets w cross join lateral (select * from customers where wallet_id = w.wallet_id limit 1) k
         where w.merchant_id = @merchant and w.kind = 0 and w.alert_level > 0 and w.version > 0)
        """;

    // Read before any index of names is asked: of what nearly all begin with, a page is among them.
    private const int Newest = 5_000;

    // Each of them has an index by its beginning.
    private static readonly string[] Searched = ["reference_id", "name", "email"];

    /// <summary>Customers, newest first, made before <paramref name="before"/>.</summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="query">Which.</param>
    /// <param name="month">First day of the month (UTC) whose usage is shown.</param>
    /// <param name="before">The last one of the page before; null: the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away, or took too long.</exception>
    /// <exception cref="StoreRefusedException">The text can't be one of PostgreSQL's.</exception>
    public async Task<List<FoundCustomer>> FindAsync(
        Guid merchantId, CustomerQuery query, DateOnly month, Guid? before, int limit, CancellationToken cancellationToken)
    {
        List<FoundCustomer> found = [];
        foreach (var command in Commands(merchantId, query, month, before, limit))
        {
            found = await source.QueryAsync(command, Read, cancellationToken);
            if (found.Count == limit)
            {
                break;
            }
        }

        return found;
    }

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

    /// <summary>
    /// The queries: the first that fills a page is the answer, else the last one. PostgreSQL can't tell how many begin with a text: it
    /// takes each text for a rare one, and would read and sort all that begin with a common one.
    /// </summary>
    internal static NpgsqlCommand[] Commands(Guid merchantId, CustomerQuery query, DateOnly month, Guid? before, int limit)
    {
        var begins = string.Join(" or ", Searched.Select(Begins));
        if (query.Text is null || query.IsAlerted)
        {
            return [Command(Branch(query, query.Text is null ? "" : $"and ({begins})"))];
        }

        var last = Command(string.Join("\nunion\n", Searched.Select(column => $"({Branch(query, $"and {Begins(column)}")} {Page})")));
        var newest = Branch(query, "");
        return query.PlanId is null
            ? [Command($"select * from ({newest} order by customer_id desc limit {Newest}) c where {begins}"), last]
            : [last];

        NpgsqlCommand Command(string found) => new NpgsqlCommand(Paged(found))
            .Add("merchant", merchantId).AddId("id", query.Id).AddId("plan", query.PlanId)
            .AddText("text", query.Text is { } text ? EscapeLike(text) : null).Add("month", month)
            .Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
    }

    // Only the rows of one page meet the other tables, one by one: a planner that joined them would read those whole.
    private static string Paged(string found) =>
        $"""
        with found as ({found} {Page})
        select {Columns}, s.plan_id, s.name, s.is_past_due, w.alert_level,
          case when u.month = @month then u.month_requests end, case when u.month = @month then u.month_spend end, u.last_at
        from found c
        left join lateral (
          select p.plan_id, p.name, s.past_due_since is not null as is_past_due
          from subscriptions s cross join lateral (select plan_id, name from plans p where p.plan_id = s.plan_id limit 1) p
          where s.customer_id = c.customer_id and s.cancelled_at is null limit 1) s on true
        left join lateral (
          select alert_level from wallets w where w.wallet_id = c.wallet_id and w.version > 0 limit 1) w on true
        left join lateral (
          select month, month_requests, month_spend, last_at from usage_windows u where u.subject_id = c.customer_id limit 1) u on true
        order by c.customer_id desc
        """;

    private static string Begins(string column) => $"lower(c.{column}) like lower(@text) || '%'";

    private static string Branch(CustomerQuery query, string condition) =>
        $"""
        select {Columns} from {(query.IsAlerted ? Alerted : "customers")} c
        where c.merchant_id = @merchant and c.deleted_at is null and not c.is_draft and c.customer_id < @before {condition}
        {(query.Id is null ? "" : "and c.customer_id = @id")} {(query.PlanId is null ? "" : query.IsAlerted ? OfPlanEach : OfPlan)}
        """;

    private static string EscapeLike(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);

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
