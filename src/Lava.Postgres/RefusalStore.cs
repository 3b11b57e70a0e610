using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// What is counted of refused calls, by quarter of an hour. Statistics, not books: what was not written yet dies with a process.
/// </summary>
public sealed class RefusalStore(StoreSource source)
{
    /// <summary>How long it is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    /// <summary>Adds calls.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away: whether they were added is not known.</exception>
    public Task AddAsync(IReadOnlyCollection<RefusalCount> counts, CancellationToken cancellationToken)
    {
        // In the order of the key, as all inserts that change rows: two processes would wait for each other.
        var command = new NpgsqlCommand(
            """
            insert into refusal_sums as r (merchant_id, quarter, code, customer_id, calls)
            select merchant_id, quarter, code, customer_id, sum(calls)::bigint
            from unnest(@merchants, @quarters, @codes, @customers, @calls) u (merchant_id, quarter, code, customer_id, calls)
            group by 1, 2, 3, 4 order by merchant_id, quarter, code collate "C", customer_id
            on conflict (merchant_id, quarter, code, customer_id) do update set calls = r.calls + excluded.calls
            """)
            .Add("merchants", counts.Select(count => count.MerchantId).ToArray())
            .Add("quarters", counts.Select(count => count.Quarter.UtcDateTime).ToArray())
            .Add("codes", counts.Select(count => count.Code).ToArray())
            .Add("customers", counts.Select(count => count.CustomerId ?? Guid.Empty).ToArray())
            .Add("calls", counts.Select(count => count.Calls).ToArray());
        return source.QueryAsync(command, _ => 0, cancellationToken);
    }

    /// <summary>Removes what is too old to be looked at.</summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is away.</exception>
    public Task RemoveOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // By merchant, for the key begins with it.
        var command = new NpgsqlCommand(
            "delete from refusal_sums r using merchants m where r.merchant_id = m.merchant_id and r.quarter < @before")
            .AddTime("before", now - Kept);
        return source.QueryAsync(command, _ => 0, cancellationToken);
    }
}
