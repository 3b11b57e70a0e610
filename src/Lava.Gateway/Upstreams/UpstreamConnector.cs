using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Lava.Gateway.Upstreams.Http1;

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

    /// <summary>What decides about a provider's certificate; the system's rules unless a test puts others in their place.</summary>
    internal X509ChainPolicy? Trust { get; init; }

    /// <summary>A client whose connections are made here.</summary>
    public UpstreamClient CreateClient() => new(ConnectAsync, options, time);

    /// <summary>Connects, over TLS where the origin says so; all within <see cref="UpstreamOptions.ConnectTimeout"/>.</summary>
    /// <exception cref="HttpRequestException">The name has no address, none that is allowed, or none that answers as it should.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or took too long.</exception>
    internal async ValueTask<UpstreamTransport> ConnectAsync(UpstreamOrigin origin, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var socket = await ConnectAsync(new DnsEndPoint(origin.Host, origin.Port), either.Token).ConfigureAwait(false);
        if (!origin.IsTls)
        {
            return new SocketTransport(socket);
        }

        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(OptionsOf(origin), either.Token).ConfigureAwait(false);
            return new TlsTransport(tls, socket);
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (e is not (AuthenticationException or IOException or SocketException))
            {
                throw;
            }

            throw new HttpRequestException(HttpRequestError.SecureConnectionError, $"No TLS with {origin.Host}.", e);
        }
    }

    /// <summary>Connects to the first address of a host that answers.</summary>
    /// <exception cref="HttpRequestException">The name has no address, none that is allowed, or none that answers.</exception>
    internal async ValueTask<Socket> ConnectAsync(DnsEndPoint host, CancellationToken cancellation)
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

    // One HTTP for all: a connection of HTTP/2 would hold all its calls up for one lost packet.
    private SslClientAuthenticationOptions OptionsOf(UpstreamOrigin origin) => new()
    {
        TargetHost = origin.Host,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        AllowRenegotiation = false,
        // A provider that leaves an intermediate certificate out is refused: to fetch it would block the thread of a socket.
        CertificateChainPolicy = Trust
            ?? new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
    };

    private async Task<List<IPAddress>> ResolveAsync(DnsEndPoint host, CancellationToken cancellation)
    {
        IPAddress[] found;
        try
        {
            found = await Resolve(host.Host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            // Not a refusal: the name may resolve again in a moment.
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{host.Host} does not resolve.", e);
        }

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

    private async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.AddressTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);

        // Without NoDelay the end of a request waits for the acknowledgement of its beginning.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        InlineCompletions.Use(socket);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Http1Limits.ProbeDelay);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Http1Limits.ProbeInterval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Http1Limits.Probes);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), either.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
