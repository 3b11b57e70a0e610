using System.Globalization;
using System.Text;

namespace Lava.Server.Hosting;

/// <summary>
/// <c>/healthz</c> (the process runs), <c>/readyz</c> (it can take calls, or why not), <c>/metrics</c> (Prometheus text).
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, ServerNode node)
    {
        routes.MapGet("/healthz", http => WriteAsync(http, StatusCodes.Status200OK, "text/plain", "ok\n"));
        routes.MapGet("/readyz", http => ReadyAsync(http, node));
        routes.MapGet("/metrics", http => WriteAsync(http, StatusCodes.Status200OK, "text/plain; version=0.0.4", Metrics(node)));
    }

    private static Task ReadyAsync(HttpContext http, ServerNode node)
    {
        var ready = node.Journal.AdmitsReserves;
        var text = new StringBuilder()
            .Append(ready ? "ready\n" : "not ready: the journal takes no new call\n")
            .Append(CultureInfo.InvariantCulture, $"journal: {node.Journal.SizeBytes} bytes, {node.Flusher.LagRecords} records behind\n")
            .Append(node.Flusher.LastError is { } error ? $"postgres: away ({error.GetType().Name})\n" : "postgres: ok\n");
        return WriteAsync(http, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "text/plain", text.ToString());
    }

    private static string Metrics(ServerNode node)
    {
        var metrics = node.Metrics;
        var text = new StringBuilder();
        Add("lava_calls_total", "counter", "Calls that came in.", metrics.Calls);
        Add("lava_calls_refused_total", "counter", "Calls that the gateway itself answered with an error.", metrics.Refused);
        Add("lava_calls_completed_total", "counter", "Calls settled as completed.", metrics.Completed);
        Add("lava_calls_errors_total", "counter", "Calls settled as errors.", metrics.Errors);
        Add("lava_usage_partial_total", "counter", "Settlements whose usage was partly estimated.", metrics.Partial);
        Add("lava_usage_unknown_total", "counter", "Settlements without any usage.", metrics.Unknown);
        Add("lava_calls_in_flight", "gauge", "Calls that run now.", node.Pipeline.InFlight);
        Add("lava_journal_bytes", "gauge", "Journal on disk.", node.Journal.SizeBytes);
        Add("lava_journal_progress_total", "counter", "Records of calls that go on.", metrics.Progress);
        Add("lava_journal_open_holds", "gauge", "Reservations without an end.", node.Journal.OpenHolds);
        Add("lava_flush_lag_records", "gauge", "Journal records that PostgreSQL does not hold yet.", node.Flusher.LagRecords);
        Add("lava_flush_rejected_total", "counter", "Records that PostgreSQL refused, put aside.", node.Flusher.RejectedRecords);
        Add("lava_wallets", "gauge", "Wallets in memory.", node.Management.Wallets.Count);
        return text.ToString();

        void Add(string name, string type, string help, long value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
    }

    private static Task WriteAsync(HttpContext http, int status, string type, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(text);
    }
}
