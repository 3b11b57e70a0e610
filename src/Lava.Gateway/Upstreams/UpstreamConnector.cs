using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Makes the connections to providers. It resolves names itself and connects to the very address that it checked, so that a name that
/// changes between check and use (DNS rebinding) gains nothing. Addresses that are not public are refused unless the operator named the
/// host.
/// </summary>
/// <param name="overrides">Hosts that the operator named.</param>
/// <param name="options">Limits.</param>
/// <param name="time">Clock of the time limits.</param>
public sealed class UpstreamConnector(UpstreamOverrides overrides, UpstreamOptions options, TimeProvider time)
{
    /// <summary>Resolves a name; the system's resolver unless a test puts another in its place.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>
    /// A client that does to messages nothing that was not asked for: no redirects (a provider's answer must not choose where keys go),
    /// no cookies, no decompression, no proxy from the environment, no tracing headers.
    /// </summary>
    public HttpMessageInvoker CreateInvoker() => new(CreateHandler(), disposeHandler: true);

    internal SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, cancellation) => await ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false),
        ConnectTimeout = options.ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = options.PingDelay,
        KeepAlivePingTimeout = options.PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        MaxConnectionsPerServer = options.MaxConnectionsPerHost,
        MaxResponseHeadersLength = options.MaxResponseHeadersKibibytes,
        PooledConnectionIdleTimeout = options.IdleTimeout,
        PooledConnectionLifetime = options.ConnectionLifetime,

        // A response that was given up is read on for this long only; the relay reads on by itself where the usage is still to come.
        ResponseDrainTimeout = TimeSpan.Zero,

        // Kestrel reads header values as UTF-8: they leave as the bytes that came.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    };

    /// <summary>Connects to the first address of a host that answers.</summary>
    /// <exception cref="HttpRequestException">The name has no address, none that is allowed, or none that answers.</exception>
    internal async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellation)
    {
        var addresses = await ResolveAsync(host, cancellation).ConfigureAwait(false);
        Exception? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await ConnectAsync(address, host.Port, cancellation).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (exception is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                last = exception;
            }
        }

        throw new HttpRequestException(HttpRequestError.ConnectionError, $"No address of {host.Host} answers.", last);
    }

    private async Task<List<IPAddress>> ResolveAsync(DnsEndPoint host, CancellationToken cancellation)
    {
        var found = await Resolve(host.Host, cancellation).ConfigureAwait(false);
        if (!overrides.Trusts(host.Host, host.Port))
        {
            found = Array.FindAll(found, AddressPolicy.IsPublic);
        }

        if (found.Length == 0)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, $"{host.Host} has no public address.");
        }

        return Order(found, options.MaxAddresses);
    }

    /// <summary>
    /// The families in turn, beginning with the one that the resolver prefers: where one has no route, the second try is of the other.
    /// </summary>
    internal static List<IPAddress> Order(IPAddress[] addresses, int count)
    {
        var first = addresses[0].AddressFamily;
        var preferred = new Queue<IPAddress>(Array.FindAll(addresses, address => address.AddressFamily == first));
        var others = new Queue<IPAddress>(Array.FindAll(addresses, address => address.AddressFamily != first));
        List<IPAddress> ordered = [];
        while (ordered.Count < count && preferred.Count + others.Count > 0)
        {
            var isPreferredsTurn = ordered.Count % 2 == 0 ? preferred.Count > 0 : others.Count == 0;
            ordered.Add((isPreferredsTurn ? preferred : others).Dequeue());
        }

        return ordered;
    }

    private async Task<NetworkStream> ConnectAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.AddressTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);

        // Without NoDelay the end of a request waits for the acknowledgement of its beginning.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), either.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
