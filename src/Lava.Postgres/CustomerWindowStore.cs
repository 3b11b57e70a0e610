using Lava.Core.Accounts;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Who uses the most, out of the windows that limits count in: a row for each customer, whatever the number of requests.</summary>
public sealed class CustomerWindowStore(StoreSource source)
{
    // Windows that are looked at: of a merchant with more customers, of those who called in the last months, who were charged the most.
    private const int RowsMax = 10_000;

    // As many binary digits as an amount may have.
    private const int DigitsMax = 64;

    private static readonly (LimitCycle Cycle, string Name)[] Windows =
        [(LimitCycle.Daily, "day"), (LimitCycle.Weekly, "week"), (LimitCycle.Monthly, "month")];

    /// <summary>
    /// Customers among whom the largest of a time are: those with the most on the last day, in the last week and in the last month in
    /// which they called, as far as these did not end before the time, and those with the most in all. In no order.
    /// </summary>
    /// <param name="merchantId">Whose.</param>
    /// <param name="unit">The most of what.</param>
    /// <param name="shortest">The first kind of window that counts.</param>
    /// <param name="from">The first day of the time, UTC.</param>
    /// <param name="each">At most so many of each kind.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task<List<Guid>> LargestAsync(
        Guid merchantId, LimitUnit unit, LimitCycle shortest, DateOnly from, int each, CancellationToken cancellationToken) =>
        source.QueryAsync(LargestCommand(merchantId, unit, shortest, from, each), row => row.GetGuid(0), cancellationToken);

    /// <summary>What <see cref="LargestAsync"/> asks.</summary>
    internal static NpgsqlCommand LargestCommand(Guid merchantId, LimitUnit unit, LimitCycle shortest, DateOnly from, int each)
    {
        var column = unit switch
        {
            LimitUnit.Requests => "requests",
            LimitUnit.Tokens => "tokens",
            _ => "spend",
        };
        var kinds = Windows.Where(one => one.Cycle >= shortest).ToList();
        var branches = kinds
            .Select(one => $"(select subject_id from used where {one.Name} >= @{one.Name} order by {one.Name}_{column} desc limit @each)")
            .Append($"(select subject_id from used order by {column} desc limit @each)");

        // The last months first, and by the classes of the index, one after the other ("offset 0"): a planner that joined them would read
        // the whole table. Spend keys have windows, too.
        var command = new NpgsqlCommand(
            $"""
            with recursive months as (
              select (select max(month) from usage_windows where merchant_id = @merchant) as month
              union all
              select (select max(w.month) from usage_windows w where w.merchant_id = @merchant and w.month < m.month)
              from months m where m.month is not null
            ), used as materialized (
              select w.* from months m cross join (select digits from generate_series({DigitsMax}, 0, -1) digits) g
              cross join lateral (
                select subject_id, day, day_{column}, week, week_{column}, month, month_{column}, {column} from usage_windows
                where merchant_id = @merchant and month = m.month and month_digits = g.digits offset 0) w
              where not exists (select from spend_keys k where k.spend_key_id = w.subject_id)
              limit {RowsMax}
            )
            {string.Join("\nunion\n", branches)}
            """)
            .Add("merchant", merchantId).Add("each", each);
        foreach (var (cycle, name) in kinds)
        {
            command.Add(name, LimitPeriod.StartOf(cycle, from, from));
        }

        return command;
    }
}
