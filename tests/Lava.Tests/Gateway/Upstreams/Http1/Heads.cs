using System.Text;
using Lava.Gateway.Upstreams.Http1;

namespace Lava.Tests.Gateway.Upstreams.Http1;

/// <summary>Requests' heads.</summary>
internal static class Heads
{
    /// <summary>The origin of tests that have none.</summary>
    public static readonly UpstreamOrigin Origin = new(new Uri("http://provider.test"));

    /// <summary>What is written.</summary>
    public static string Write(Action<RequestHeadWriter> write)
    {
        var buffer = new ExchangeBuffer();
        write(new RequestHeadWriter(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }

    /// <summary>The values of a header in a head, or in a part of one.</summary>
    public static string[] Values(string head, string name) =>
    [
        .. head.Split("\r\n").Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 2)..]),
    ];

    /// <summary>Writes a request into an exchange.</summary>
    public static UpstreamExchange Request(
        UpstreamExchange exchange, string method, int length = 0, UpstreamOrigin? origin = null, bool asksForUpgrade = false)
    {
        var head = exchange.Begin(origin ?? Origin, method, asksForUpgrade);
        head.Begin(method, "/v1/x"u8);
        head.Host((origin ?? Origin).HostHeader);
        if (length > 0)
        {
            head.ContentLength(length);
        }

        head.End();
        return exchange;
    }

    /// <summary>Writes a GET.</summary>
    public static UpstreamExchange Get(UpstreamExchange exchange) => Request(exchange, "GET");
}
