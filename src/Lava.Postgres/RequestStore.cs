using Lava.Core;
using Lava.Metering;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Reads the records of calls.</summary>
public sealed class RequestStore(StoreSource source)
{
    // Beyond the next month for a server that sleeps over the end of one; the flush makes what is missing all the same.
    private const int MonthsAhead = 2;

    /// <summary>Makes the partitions of this month and of the next ones: nobody should wait for one at midnight.</summary>
    public Task AddMonthsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var months = Enumerable.Range(0, MonthsAhead + 1).Select(RequestMonth.StartOf(now).AddMonths).ToArray();
        var command = new NpgsqlCommand("select add_requests_month(day) from unnest(@months) day").Add("months", months);
        return source.QueryAsync(command, static _ => 0, cancellationToken);
    }

    /// <summary>Requests, newest first, older than <paramref name="before"/>.</summary>
    /// <exception cref="QueryTooLongException">These filters leave too much to read in the time that the connection gives.</exception>
    public async Task<List<UsageRecord>> SearchAsync(
        RequestFilter filter, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var way = RequestSearch.WayOf(filter);
        if (way == RequestWay.Metadata)
        {
            if (await FindByMetadataAsync(filter, before, limit, cancellationToken) is { } found)
            {
                return found;
            }

            way = RequestSearch.WayWithoutMetadata(filter);
        }

        if (way == RequestWay.LedByCustomer && filter.Model is not null)
        {
            var totals = await source.QueryAsync(RequestSearch.CountTotals(filter), row => row.GetInt64(0), cancellationToken);
            way = totals[0] > RequestSearch.FewTotals ? way : RequestWay.LedByTotals;
        }

        return way == RequestWay.Direct
            ? await ReadAsync(RequestSearch.Direct(filter, before, limit), cancellationToken)
            : await FindLedAsync(filter, way, before, limit, cancellationToken);
    }

    /// <summary>
    /// The start of the last quarter of an hour in which something may match, whatever the filter's times say; null: none, or the sums
    /// don't know.
    /// </summary>
    public async Task<DateTimeOffset?> FindLastAsync(RequestFilter filter, CancellationToken cancellationToken)
    {
        var always = filter with { From = null, Until = null };
        var way = filter.CustomerId is null ? RequestWay.LedByTotals : RequestWay.LedByCustomer;
        var last = await source.QueryAsync(RequestSearch.Quarters(always, way, null, 1), row => row.Time(0), cancellationToken);
        return last.Count == 0 ? null : last[0];
    }

    /// <summary>Models that answered this merchant's requests, by name.</summary>
    public Task<List<string>> ListModelsAsync(Guid merchantId, int limit, CancellationToken cancellationToken)
    {
        // From one name to the next in the index: the many rows of each are passed over.
        var command = new NpgsqlCommand(
            """
            with recursive names as (
              (select t.model from usage_totals t where t.merchant_id = @merchant and t.model > '' order by t.model limit 1)
              union all
              select (
                select t.model from usage_totals t where t.merchant_id = @merchant and t.model > n.model order by t.model limit 1)
              from names n where n.model is not null
            )
            select model from names where model is not null limit @limit
            """)
            .Add("merchant", merchantId).Add("limit", limit);
        return source.QueryAsync(command, row => row.GetString(0), cancellationToken);
    }

    /// <summary>
    /// A request by the id that the API shows; null where this merchant has none. The gateway's own contains the key; a report's, which
    /// can't start as ours do, has an index of its own.
    /// </summary>
    public async Task<UsageRecord?> FindAsync(Guid merchantId, string requestId, CancellationToken cancellationToken)
    {
        var isOurs = Ids.TryParse(IdPrefix.Request, requestId, out var id);
        var key = isOurs
            ? "@id"
            : "(select n.id from report_ids n where n.merchant_id = @merchant and n.request_id = @request)";
        var command = new NpgsqlCommand(
            $"""
            select {RequestRow.Columns} from requests r where r.id = {key} and r.merchant_id = @merchant and r.request_id = @request
            """)
            .Add("merchant", merchantId).Add("request", requestId);
        if (isOurs)
        {
            command.Add("id", id);
        }

        var rows = await source.QueryAsync(command, RequestRow.Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>A request by its key, also one that was reported under another id; null where this merchant has none.</summary>
    public async Task<UsageRecord?> FindByKeyAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"select {RequestRow.Columns} from requests r where r.id = @id and r.merchant_id = @merchant")
            .Add("merchant", merchantId).Add("id", id);
        var rows = await ReadAsync(command, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The keys of the requests before and after this one: of the same customer, or where it has none, of the merchant.</summary>
    public async Task<(Guid? Earlier, Guid? Later)> FindNeighboursAsync(UsageRecord record, CancellationToken cancellationToken)
    {
        var own = record.CustomerId is null ? "r.merchant_id = @merchant" : "r.customer_id = @customer and r.merchant_id = @merchant";
        var command = new NpgsqlCommand(
            $"""
            select (select r.id from requests r where {own} and r.id < @id order by r.id desc limit 1),
              (select r.id from requests r where {own} and r.id > @id order by r.id limit 1)
            """)
            .Add("merchant", record.MerchantId).Add("id", record.Id).AddId("customer", record.CustomerId);
        var rows = await source.QueryAsync(command, row => (row.Id(0), row.Id(1)), cancellationToken);
        return rows[0];
    }

    // Null: too many have it for an index that knows no order.
    private async Task<List<UsageRecord>?> FindByMetadataAsync(
        RequestFilter filter, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var recent = await ReadAsync(RequestSearch.Recent(filter, before, limit), cancellationToken);
        if (recent.Count == limit)
        {
            return recent;
        }

        var ids = await source.QueryAsync(RequestSearch.Found(filter, before), row => row.GetGuid(0), cancellationToken);
        if (ids.Count > RequestSearch.FoundMax)
        {
            return null;
        }

        var newest = ids.OrderDescending().Take(limit).ToArray();
        return await ReadAsync(RequestSearch.ByIds(newest), cancellationToken);
    }

    // Each round reads the spans of older quarters: what it finds is older than all before, for its spans begin where theirs end.
    private async Task<List<UsageRecord>> FindLedAsync(
        RequestFilter filter, RequestWay way, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var found = new List<UsageRecord>();
        var end = RequestSearch.EndOf(filter, before);

        // Each quarter has something: as many as are asked for mostly do.
        var count = Math.Min(limit, RequestSearch.QuartersMax);
        while (true)
        {
            var quarters = await source.QueryAsync(
                RequestSearch.Quarters(filter, way, end, count), row => row.Time(0), cancellationToken);
            if (quarters.Count == 0)
            {
                return found;
            }

            var spans = RequestSpan.Of(quarters);
            found.AddRange(
                await ReadAsync(RequestSearch.InSpans(filter, spans, before, limit - found.Count), cancellationToken));
            if (found.Count == limit || quarters.Count < count)
            {
                return found;
            }

            (end, before) = (quarters[^1], before < spans[^1].First ? before : spans[^1].First);
            count = RequestSearch.QuartersMax;
        }
    }

    private Task<List<UsageRecord>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        source.QueryAsync(command, RequestRow.Read, cancellationToken);
}
