using Lava.Metering;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>The list of requests: what the address filters, newest first.</summary>
internal static class RequestListPage
{
    /// <summary>What a page says instead of rows where these take too long to find.</summary>
    public const string TooLong = "These filters take too long to look through: choose a shorter time.";

    /// <summary>What an address asks for.</summary>
    public static RequestQuery Read(PageCall call) => new RequestQueryReader(
        call.Query, call.Merchant, call.Zone, call.Parts.Accounts.Current, call.Parts.Management.Pricing.Current).Read();

    /// <summary>Shows it.</summary>
    public static async Task ShowAsync(PageCall call)
    {
        await call.CatchUpAsync();
        var query = Read(call);
        var store = new RequestStore(call.Parts.Reading);
        Markup list;
        try
        {
            list = await ListAsync(call, store, query);
        }
        catch (QueryTooLongException)
        {
            list = Warn(TooLong);
        }

        // Older pages stand still.
        var isLive = query.CanMatch && call.Query(RequestParameters.After) is null;
        var live = isLive
            ? Markup.Of($""" data-requests-live="{RequestFilterForm.Link(call, "/requests.live", query)}" """)
            : Markup.Empty;
        var form = await RequestFilterForm.OfAsync(call);
        await call.OkAsync(new PageView(PageArea.Requests, "Requests", Markup.Of($"""
            {form}
            {RequestFilterForm.Chips(call, query)}
            {query.Problems.Select(Warn)}
            <section aria-label="Requests"{live}>{list}</section>
            """))
        {
            Scripts = isLive ? ["requests.mjs"] : [],
            Actions = PartMarkup.Button(RequestFilterForm.Link(call, "/requests.csv", query), "CSV"),
            Styles = ["requests.css"],
        });
    }

    /// <summary>The requests of a page, and one more where there is a next page.</summary>
    public static async Task<List<UsageRecord>> FindAsync(PageCall call, RequestStore store, RequestQuery query)
    {
        Guid? after = call.Query(RequestParameters.After) is { } cursor && Cursor.TryDecode(cursor, out Guid id) ? id : null;
        return query.CanMatch ? await store.SearchAsync(query.Filter, after, TableMarkup.PageRows + 1, call.Aborted) : [];
    }

    private static async Task<Markup> ListAsync(PageCall call, RequestStore store, RequestQuery query)
    {
        var found = await FindAsync(call, store, query);
        if (found.Count == 0)
        {
            return await EmptyAsync(call, store, query);
        }

        var shown = found.Take(TableMarkup.PageRows).ToList();
        var older = found.Count > TableMarkup.PageRows ? call.Here((RequestParameters.After, Cursor.Encode(shown[^1].Id))) : null;
        return Markup.Of($"{RequestRows.Table(call, shown)}{PartMarkup.Older(older)}");
    }

    private static async Task<Markup> EmptyAsync(PageCall call, RequestStore store, RequestQuery query)
    {
        if (call.Query(RequestParameters.After) is not null)
        {
            return PartMarkup.Empty("These were all", "There are no older requests.");
        }

        if (query.Chips.Count == 0)
        {
            return PartMarkup.Empty("No calls yet", "Send one, and it stands here a moment later:", Call(call));
        }

        var last = query.CanMatch ? await store.FindLastAsync(query.Filter, call.Aborted) : null;
        var when = last is { } quarter
            ? Markup.Of($"<p>The last that may match came in the quarter of an hour from {call.Moment(quarter)}.</p>")
            : Markup.Empty;
        return Markup.Of($"""
            <div class="empty"><h2>No request matches</h2><p>Take a filter away, or all of them.</p>{when}
            <p>{PartMarkup.Button(call.Link(RequestFilterForm.Path), "Clear all")}</p></div>
            """);
    }

    private static string Call(PageCall call) =>
        $"curl '{call.Server}v1/forward?u=https://api.openai.com/v1/chat/completions' -H 'Content-Type: application/json' "
        + "-H \"Authorization: Bearer $LAVA_SECRET_KEY\" "
        + "-d '{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'";

    private static Markup Warn(string text) => Markup.Of($"""<div class="notice warn" role="alert"><p>{text}</p></div>""");
}
