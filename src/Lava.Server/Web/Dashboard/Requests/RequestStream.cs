using System.Text.Json;
using System.Text.Json.Nodes;
using Lava.Metering;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>
/// What an open list is told: the ids of its first page whenever they have changed, the rows that it can't have yet, and the way to the
/// next page. Ids are by arrival: a long call appears in the middle when it has ended.
/// </summary>
internal static class RequestStream
{
    // From one look to the next. It is the page's own query: by an index, some rows.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Until the stream ends.</summary>
    public static async Task RunAsync(PageCall call, EventStream stream)
    {
        var query = RequestListPage.Read(call);
        var store = new RequestStore(call.Parts.Reading);
        var isLookedThrough = query.CanMatch;
        List<Guid> told = [];
        long? looked = null;
        do
        {
            var position = call.Parts.Position();
            if (!isLookedThrough || position == looked)
            {
                continue;
            }

            try
            {
                var found = await store.SearchAsync(query.Filter, null, TableMarkup.PageRows + 1, stream.End);
                told = await TellAsync(call, stream, found, told);
                looked = position;
            }
            catch (StoreUnavailableException)
            {
                // The page keeps what it has until PostgreSQL is back.
            }
            catch (QueryTooLongException)
            {
                // Not each second anew.
                isLookedThrough = false;
            }
        }
        while (await stream.NextAsync(Interval));
    }

    private static async Task<List<Guid>> TellAsync(PageCall call, EventStream stream, List<UsageRecord> found, List<Guid> told)
    {
        var page = found.Take(TableMarkup.PageRows).ToList();
        var ids = page.ConvertAll(record => record.Id);
        if (ids.SequenceEqual(told))
        {
            return told;
        }

        var rows = new JsonObject();
        foreach (var record in page.Where(record => !told.Contains(record.Id)))
        {
            rows[RequestRows.Key(call, record.Id)] = RequestRows.Row(call, record).ToString();
        }

        var keys = new JsonArray([.. ids.Select(id => (JsonNode)RequestRows.Key(call, id))]);

        // What leaves the page is on the next one.
        var older = PartMarkup.Older(found.Count > page.Count
            ? call.There(RequestFilterForm.Path, (RequestParameters.After, Cursor.Encode(ids[^1])))
            : null);
        await stream.SendAsync("rows", JsonSerializer.SerializeToUtf8Bytes<JsonNode>(
            new JsonObject { ["ids"] = keys, ["rows"] = rows, ["older"] = older.ToString() }, PageJson.Default.JsonNode));
        return ids;
    }
}
