using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Sums over the records of calls.</summary>
public sealed class UsageStore(StoreSource source)
{
    /// <summary>
    /// Sums by hour or day in the zone <paramref name="offset"/>, oldest first, and by group. Charges are those that customers paid:
    /// a request that was metered but not billed adds to the cost alone. At most <paramref name="limit"/> sums.
    /// </summary>
    public Task<List<UsageSum>> SumAsync(
        RequestFilter filter, TimeSpan offset, bool hourly, UsageGrouping grouping, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var condition = RequestConditions.Append(command, filter);
        var text = grouping switch
        {
            UsageGrouping.Model => "r.model",
            UsageGrouping.Provider => "r.provider",
            _ => "null::text",
        };
        var id = grouping switch
        {
            UsageGrouping.Meter => "r.meter_id",
            UsageGrouping.Customer => "r.customer_id",
            _ => "null::uuid",
        };
        var unit = hourly ? "hour" : "day";
        command.CommandText =
            $"""
            select date_trunc('{unit}', (r.created_at at time zone 'UTC') + @offset), {text}, {id}, count(*),
              sum(r.input_tokens + r.output_tokens)::bigint, sum(r.input_cost + r.output_cost)::bigint,
              sum(case when r.billed then r.charge else 0 end)::bigint
            from requests r where {condition}
            group by 1, 2, 3 order by 1, 2, 3 limit @limit
            """;
        command.Parameters.Add(new NpgsqlParameter("offset", NpgsqlDbType.Interval) { Value = offset });
        command.Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
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
