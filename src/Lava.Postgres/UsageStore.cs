using System.Text;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Sums over the records of calls.</summary>
public sealed class UsageStore(NpgsqlDataSource source)
{
    private const string FromSums =
        """
        select r.quarter as at, r.provider, nullif(r.model, '') as model, nullif(r.meter_id, @nothing) as meter_id,
          nullif(r.customer_id, @nothing) as customer_id, r.requests, r.tokens, r.cost, r.charge
        from usage_sums r
        """;

    private const string FromRequests =
        """
        select r.created_at as at, r.provider, nullif(r.model, '') as model, r.meter_id, r.customer_id, 1 as requests,
          r.input_tokens + r.output_tokens as tokens, r.input_cost + r.output_cost as cost,
          case when r.billed then r.charge else 0 end as charge
        from requests r
        """;

    /// <summary>
    /// Sums by hour or day in the zone <paramref name="offset"/>, oldest first, and by group. Charges are those that customers paid:
    /// a request that was metered but not billed adds to the cost alone. At most <paramref name="limit"/> sums. Whole quarters of an hour
    /// come out of the sums that the flush keeps; requests are read for what is left at the ends of the period, and for metadata.
    /// </summary>
    public Task<List<UsageSum>> SumAsync(
        RequestFilter filter, TimeSpan offset, bool hourly, UsageGrouping grouping, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var group = grouping switch
        {
            UsageGrouping.Model => "model, null::uuid",
            UsageGrouping.Provider => "provider, null::uuid",
            UsageGrouping.Meter => "null::text, meter_id",
            UsageGrouping.Customer => "null::text, customer_id",
            _ => "null::text, null::uuid",
        };
        var unit = hourly ? "hour" : "day";
        command.CommandText =
            $"""
            select date_trunc('{unit}', (at at time zone 'UTC') + @offset), {group}, sum(requests)::bigint, sum(tokens)::bigint,
              sum(cost)::bigint, sum(charge)::bigint
            from ({Parts(command, filter, offset)}) parts
            group by 1, 2, 3 order by 1, 2, 3 limit @limit
            """;
        command.Parameters.Add(new NpgsqlParameter("offset", NpgsqlDbType.Interval) { Value = offset });
        command.Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    private static string Parts(NpgsqlCommand command, RequestFilter filter, TimeSpan offset)
    {
        var names = RequestConditions.AppendNames(command, filter);
        var period = new UsagePeriod(filter.From, filter.Until);
        if (filter.Metadata is not null || !period.HasQuarters || !UsagePeriod.HasWholeQuarters(offset))
        {
            return $"{FromRequests} where {names}{RequestConditions.AppendTimes(command, filter.From, filter.Until, "")}";
        }

        var sql = new StringBuilder($"{FromSums} where {names}");
        command.Add("nothing", Guid.Empty);
        AddTime(sql, command, "r.quarter >= @first", "first", period.FirstQuarter);
        AddTime(sql, command, "r.quarter < @end", "end", period.EndQuarter);
        AddEdge(sql, command, names, period.Head, "_head");
        AddEdge(sql, command, names, period.Tail, "_tail");
        return sql.ToString();
    }

    private static void AddTime(StringBuilder sql, NpgsqlCommand command, string condition, string name, DateTimeOffset? time)
    {
        if (time is not null)
        {
            sql.Append(" and ").Append(condition);
            command.AddTime(name, time);
        }
    }

    private static void AddEdge(StringBuilder sql, NpgsqlCommand command, string names, UsagePeriod? edge, string suffix)
    {
        if (edge is { } part)
        {
            var times = RequestConditions.AppendTimes(command, part.From, part.Until, suffix);
            sql.Append($" union all {FromRequests} where {names}{times}");
        }
    }

    private static UsageSum Read(NpgsqlDataReader row) => new(
        row.GetDateTime(0),
        row.Text(1),
        row.IsDBNull(2) ? null : row.GetGuid(2),
        row.GetInt64(3),
        row.GetInt64(4),
        new Money(row.GetInt64(5)),
        new Money(row.GetInt64(6)));
}
