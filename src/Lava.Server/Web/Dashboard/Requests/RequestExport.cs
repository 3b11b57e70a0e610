using System.Globalization;
using System.Text;
using Lava.Core;
using Lava.Metering;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>What a list filters as a file, written while it is read.</summary>
internal sealed class RequestExport : IDisposable
{
    /// <summary>Rows of a file; who needs more asks by month.</summary>
    public const int RowsMax = 1_000_000;

    // Rows that are in memory at once, a few MiB.
    private const int PageRows = 2_000;

    // Each takes a connection of the six for a part of the time.
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>Answers with the file.</summary>
    public async Task RunAsync(PageCall call)
    {
        if (!await _turns.WaitAsync(TimeSpan.Zero, call.Aborted))
        {
            throw new ApiException(ErrorCode.RateLimited, "Other exports are being written. Try again shortly");
        }

        try
        {
            await call.CatchUpAsync();
            await WriteAsync(call, RequestListPage.Read(call));
        }
        catch (QueryTooLongException) when (!call.Http.Response.HasStarted)
        {
            throw new ApiException(ErrorCode.InvalidParameter, RequestListPage.TooLong);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static async Task WriteAsync(PageCall call, RequestQuery query)
    {
        var store = new RequestStore(call.Parts.Reading);
        var csv = new RequestCsv(call.IsTest, id => RequestNamesOf.Customer(call, id), id => RequestNamesOf.Meter(call, id));
        var lines = new StringBuilder();
        RequestCsv.AddHead(lines);

        // Before anything is sent: what fails at once is a page that says so.
        var page = await ReadAsync(call, store, query, null, PageRows);
        SetHeaders(call);
        for (var rows = page.Count; ; rows += page.Count)
        {
            page.ForEach(record => csv.Add(lines, record));
            await SendAsync(call, lines);
            var left = Math.Min(PageRows, RowsMax - rows);
            if (page.Count < PageRows || left <= 0)
            {
                break;
            }

            page = await ReadAsync(call, store, query, page[^1].Id, left);
        }

        if (page.Count == PageRows)
        {
            var most = RowsMax.ToString(CultureInfo.InvariantCulture);
            CsvText.AddLine(lines, [$"Ends here at {most} rows: choose a shorter time for the rest"]);
            await SendAsync(call, lines);
        }
    }

    private static async Task<List<UsageRecord>> ReadAsync(
        PageCall call, RequestStore store, RequestQuery query, Guid? before, int limit) =>
        query.CanMatch ? await store.SearchAsync(query.Filter, before, limit, call.Aborted) : [];

    private static void SetHeaders(PageCall call)
    {
        var day = call.Zone.Of(call.Now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var response = call.Http.Response;
        PageHeaders.SetFragment(response.Headers);
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"requests-{day}.csv\"";
    }

    // An encoder: a character may lie across two chunks.
    private static async Task SendAsync(PageCall call, StringBuilder lines)
    {
        var writer = call.Http.Response.BodyWriter;
        var encoder = Encoding.UTF8.GetEncoder();
        foreach (var chunk in lines.GetChunks())
        {
            encoder.Convert(chunk.Span, writer, flush: false, out _, out _);
        }

        encoder.Convert([], writer, flush: true, out _, out _);
        lines.Clear();
        await writer.FlushAsync(call.Aborted);
    }
}
