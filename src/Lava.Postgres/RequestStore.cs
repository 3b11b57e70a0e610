using Lava.Core;
using Lava.Metering;
using Npgsql;

namespace Lava.Postgres;

/// <summary>Reads the records of calls.</summary>
public sealed class RequestStore(NpgsqlDataSource source)
{
    /// <summary>Requests, newest first, older than <paramref name="before"/>.</summary>
    public Task<List<UsageRecord>> ListAsync(RequestFilter filter, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var condition = RequestConditions.Append(command, filter);
        if (before is { } id)
        {
            condition += " and r.id < @before";
            command.Add("before", id);
        }

        command.CommandText = $"select {RequestRow.Columns} from requests r where {condition} order by r.id desc limit @limit";
        command.Add("limit", limit);
        return source.QueryAsync(command, RequestRow.Read, cancellationToken);
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
}
