using System.Text;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>
/// Sums of usage between edges of time, out of the rollups that the flush keeps: no request is read. For the dashboard's own connections.
/// </summary>
public sealed class TotalsStore(StoreSource source)
{
    private static readonly Rollup Totals = new(
        "quarter", "requests, errors, input_tokens + output_tokens as tokens, cost, charge from usage_totals r");

    private static readonly Rollup CustomerSums = new(
        "quarter",
        $"requests, case when status = {ErrorStatus} then requests else 0 end as errors, tokens, cost, charge from usage_sums r");

    // Of all that customers called, and on whole hours alone.
    private static readonly Rollup CustomerHours = new("hour", "requests, errors, tokens, cost, charge from usage_hours r");

    private const string Sums =
        "sum(requests) as requests, sum(errors) as errors, sum(tokens) as tokens, sum(cost) as cost, sum(charge) as charge";

    // RequestStatus.Error.
    private const string ErrorStatus = "2";

    /// <summary>
    /// Sums between each two <paramref name="edges"/>, of the <paramref name="groups"/> largest groups each for itself and of all others
    /// together: by group, then by time. Where nothing was used there is no sum.
    /// </summary>
    /// <param name="filter">Of what.</param>
    /// <param name="edges">Two or more, ascending, on quarters of an hour.</param>
    /// <param name="by">What parts them.</param>
    /// <param name="order">Which groups are the largest.</param>
    /// <param name="groups">At most so many; 0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<TotalsSum>> SumAsync(
        TotalsFilter filter, IReadOnlyList<DateTimeOffset> edges, TotalsGrouping by, TotalsMeasure order, int groups,
        CancellationToken cancellationToken) =>
        source.QueryAsync(SumCommand(filter, edges, by, order, groups), Read, cancellationToken);

    /// <summary>Calls that were refused between each two edges, by code and time; of some customers or of all.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<RefusalSum>> RefusalsAsync(
        Guid merchantId, IReadOnlyList<Guid>? customers, IReadOnlyList<DateTimeOffset> edges, CancellationToken cancellationToken) =>
        source.QueryAsync(
            RefusalsCommand(merchantId, customers, edges), row => new RefusalSum(row.GetInt32(0), row.GetString(1), row.GetInt64(2)),
            cancellationToken);

    /// <summary>Has the merchant ever called, or been refused?</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<bool> HasAnyAsync(Guid merchantId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select exists (select from usage_totals where merchant_id = @merchant)
              or exists (select from refusal_sums where merchant_id = @merchant)
            """)
            .Add("merchant", merchantId);
        return (await source.QueryAsync(command, row => row.GetBoolean(0), cancellationToken))[0];
    }

    /// <summary>What people call these meters and customers of a merchant, those that were deleted too.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(
        Guid merchantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return new Dictionary<Guid, string>();
        }

        var command = new NpgsqlCommand(
            """
            select meter_id, name from meters where merchant_id = @merchant and meter_id = any (@ids)
            union all
            select customer_id, coalesce(nullif(name, ''), nullif(reference_id, ''), email) from customers
            where merchant_id = @merchant and customer_id = any (@ids)
            """)
            .Add("merchant", merchantId).Add("ids", ids.ToArray());
        var names = await source.QueryAsync(command, row => (Id: row.GetGuid(0), Name: row.Text(1)), cancellationToken);
        return names.Where(one => one.Name is not null).ToDictionary(one => one.Id, one => one.Name!);
    }

    /// <summary>What <see cref="SumAsync"/> asks.</summary>
    internal static NpgsqlCommand SumCommand(
        TotalsFilter filter, IReadOnlyList<DateTimeOffset> edges, TotalsGrouping by, TotalsMeasure order, int groups)
    {
        var command = new NpgsqlCommand();
        var (time, figures) = RollupOf(filter, edges, by);
        var used =
            $"""
            select bucket, key, {Sums} from (
              select width_bucket(r.{time}, @edges) - 1 as bucket, {KeyOf(by)} as key, {figures}
              where {Conditions(command, filter, "one.customer_id")} and r.{time} >= @first and r.{time} < @end
            ) used group by 1, 2
            """;
        command.CommandText =
            $"""
            with cells as materialized ({(filter.Customers is null ? used : EachCustomer(used))}), largest as materialized (
              select key from cells group by key order by sum({SumOf(order)}) desc, key limit @groups
            )
            select c.bucket, l.key, sum(requests)::bigint, sum(errors)::bigint, sum(tokens)::bigint, sum(cost)::bigint, sum(charge)::bigint
            from cells c left join largest l on l.key = c.key group by 1, 2 order by 2 nulls last, 1
            """;
        AddEdges(command, edges);
        return command.Add("groups", groups);
    }

    /// <summary>What <see cref="RefusalsAsync"/> asks.</summary>
    internal static NpgsqlCommand RefusalsCommand(
        Guid merchantId, IReadOnlyList<Guid>? customers, IReadOnlyList<DateTimeOffset> edges)
    {
        var command = new NpgsqlCommand();
        command.CommandText =
            $"""
            select width_bucket(r.quarter, @edges) - 1, r.code, sum(r.calls)::bigint from refusal_sums r
            where {Conditions(command, new TotalsFilter { MerchantId = merchantId, Customers = customers }, "any (@customers)")}
              and r.quarter >= @first and r.quarter < @end
            group by 1, 2 order by 2, 1
            """;
        AddEdges(command, edges);
        return command;
    }

    // One after the other ("offset 0"), each by the index: for some large ones together a planner would rather read the whole table.
    private static string EachCustomer(string used) =>
        $"""
        select bucket, key, {Sums}
        from unnest(@customers) one (customer_id) cross join lateral ({used} offset 0) used group by 1, 2
        """;

    // The smallest that can tell.
    private static Rollup RollupOf(TotalsFilter filter, IReadOnlyList<DateTimeOffset> edges, TotalsGrouping by) => filter switch
    {
        { Customers: null } => Totals,
        { MeterId: null, Provider: null, Model: null }
            when by is TotalsGrouping.None or TotalsGrouping.Customer && edges.All(edge => edge.UtcTicks % TimeSpan.TicksPerHour == 0) =>
            CustomerHours,
        _ => CustomerSums,
    };

    private static string KeyOf(TotalsGrouping by) => by switch
    {
        TotalsGrouping.Model => "r.model",
        TotalsGrouping.Provider => "r.provider",
        TotalsGrouping.Meter => "case when r.meter_id = '00000000-0000-0000-0000-000000000000' then '' else r.meter_id::text end",
        TotalsGrouping.Customer => "r.customer_id::text",
        _ => "''",
    };

    private static string SumOf(TotalsMeasure measure) => measure switch
    {
        TotalsMeasure.Cost => "cost",
        TotalsMeasure.Margin => "charge - cost",
        TotalsMeasure.Requests => "requests",
        TotalsMeasure.Errors => "errors",
        TotalsMeasure.Tokens => "tokens",
        _ => "charge",
    };

    private static string Conditions(NpgsqlCommand command, TotalsFilter filter, string customers)
    {
        var sql = new StringBuilder("r.merchant_id = @merchant");
        command.Add("merchant", filter.MerchantId);
        Add($"r.customer_id = {customers}", "customers", filter.Customers?.ToArray());
        Add("r.meter_id = @meter", "meter", filter.MeterId);
        Add("r.provider = @provider", "provider", filter.Provider);
        Add("r.model = @model", "model", filter.Model);
        return sql.ToString();

        void Add(string condition, string name, object? value)
        {
            if (value is not null)
            {
                sql.Append(" and ").Append(condition);
                command.Add(name, value);
            }
        }
    }

    private static void AddEdges(NpgsqlCommand command, IReadOnlyList<DateTimeOffset> edges)
    {
        command.Parameters.Add(new NpgsqlParameter("edges", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
        {
            Value = edges.Select(edge => edge.UtcDateTime).ToArray(),
        });
        command.AddTime("first", edges[0]).AddTime("end", edges[^1]);
    }

    private static TotalsSum Read(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.Text(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.GetInt64(4),
        new Money(row.GetInt64(5)),
        new Money(row.GetInt64(6)));

    /// <summary>Sums that are kept.</summary>
    /// <param name="Time">The column of their time.</param>
    /// <param name="Figures">What they tell, and from where.</param>
    private readonly record struct Rollup(string Time, string Figures);
}
