using Npgsql;

namespace Lava.Postgres;

/// <summary>How much meters are used, out of the totals that the flush keeps.</summary>
public sealed class MeterCallStore(StoreSource source)
{
    /// <summary>Calls by meter since a quarter of an hour; meters without any are not in it.</summary>
    public async Task<Dictionary<Guid, long>> CountAsync(Guid merchantId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select meter_id, sum(requests)::bigint from usage_totals
            where merchant_id = @merchant and quarter >= @since and meter_id <> @none group by 1
            """)
            .Add("merchant", merchantId).AddTime("since", since).Add("none", Guid.Empty);
        var rows = await source.QueryAsync(command, row => (Meter: row.GetGuid(0), Calls: row.GetInt64(1)), cancellationToken);
        return rows.ToDictionary(row => row.Meter, row => row.Calls);
    }
}
