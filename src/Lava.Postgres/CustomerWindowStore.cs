using Lava.Core;
using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Who uses the most, out of the windows that limits count in: a row for each customer, whatever the number of requests.</summary>
public sealed class CustomerWindowStore(StoreSource source)
{
    // In the order of LimitCycle: the column of a window's first day, and what its sums begin with. The last has no day.
    private static readonly (string? Start, string Prefix)[] Windows =
        [("day", "day_"), ("week", "week_"), ("month", "month_"), ("cycle", "cycle_"), (null, "")];

    /// <summary>The customers with the most of something, the largest first.</summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="window">In which time, UTC.</param>
    /// <param name="unit">Of what.</param>
    /// <param name="today">The day that it is, UTC: windows of earlier times don't count.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<CustomerWindow>> TopAsync(
        Guid merchantId, LimitCycle window, LimitUnit unit, DateOnly today, int limit, CancellationToken cancellationToken)
    {
        var (start, prefix) = Windows[(int)window];
        var column = unit switch
        {
            LimitUnit.Requests => "requests",
            LimitUnit.Tokens => "tokens",
            _ => "spend",
        };
        var command = new NpgsqlCommand(
            $"""
            select c.customer_id, coalesce(nullif(c.name, ''), nullif(c.reference_id, ''), c.email), w.{prefix}requests, w.{prefix}tokens,
              w.{prefix}spend
            from usage_windows w join customers c on c.customer_id = w.subject_id
            where w.merchant_id = @merchant {(start is null ? "" : $"and w.{start} = @start")}
            order by w.{prefix}{column} desc, c.customer_id limit @limit
            """)
            .Add("merchant", merchantId).Add("limit", limit);
        if (start is not null)
        {
            command.Add("start", LimitPeriod.StartOf(window, today, LimitPeriod.StartOf(LimitCycle.Monthly, today, today)));
        }

        return source.QueryAsync(
            command,
            row => new CustomerWindow(row.GetGuid(0), row.Text(1), row.GetInt64(2), row.GetInt64(3), new Money(row.GetInt64(4))),
            cancellationToken);
    }
}
