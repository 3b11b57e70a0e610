using System.Text;

namespace Lava.Server.Hosting;

/// <summary>
/// <c>/healthz</c> (the process runs), <c>/readyz</c> (it can take calls, or why not), <c>/metrics</c> (Prometheus text).
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, NodeState state)
    {
        routes.MapGet("/healthz", http => WriteAsync(http, StatusCodes.Status200OK, "text/plain", "ok\n"));
        routes.MapGet("/readyz", http => ReadyAsync(http, state));
        routes.MapGet("/metrics", http => WriteAsync(
            http, StatusCodes.Status200OK, "text/plain; version=0.0.4", MetricsText.Write(state)));
    }

    private static Task ReadyAsync(HttpContext http, NodeState state)
    {
        var hindrance = state.Hindrance ?? state.Node?.Hindrance;
        var text = new StringBuilder().Append(hindrance is null ? "ready\n" : $"not ready: {hindrance}\n");
        if (state.Node is { } node)
        {
            text.Append(NodeReport.Write(node));
        }

        var status = hindrance is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return WriteAsync(http, status, "text/plain", text.ToString());
    }

    private static Task WriteAsync(HttpContext http, int status, string type, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(text);
    }
}
