using System.Net;
using System.Net.Sockets;
using Lava.Server.Api.Webhooks;

namespace Lava.Server.Hosting;

/// <summary>
/// Makes the connections to webhooks' targets: resolves the name itself and connects to the very address that it allowed, so that a name
/// that changes between check and use gains nothing.
/// </summary>
/// <param name="targets">What is allowed.</param>
internal sealed class WebhookConnector(WebhookTargets targets)
{
    /// <summary>Addresses of a name that are tried.</summary>
    public const int AddressesMax = 4;

    // Three addresses that are silent leave time for a fourth within the limit of the whole call.
    private static readonly TimeSpan AddressTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Resolves a name; the system's resolver unless a test puts another in its place.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Connects to the first allowed address that answers.</summary>
    /// <exception cref="HttpRequestException">None is allowed.</exception>
    /// <exception cref="SocketException">The name does not resolve, or none answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var scheme = context.InitialRequestMessage.RequestUri!.Scheme;
        var host = context.DnsEndPoint;
        var found = await Resolve(host.Host, cancellationToken);
        var allowed = found.Where(address => targets.Allows(scheme, address)).Take(AddressesMax).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"{host.Host} has no public address with https: {WebhookTargets.Cure}.");
        }

        var socket = await ConnectAsync(allowed, host.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AddressTimeout);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), limit.Token);
                return socket;
            }
            catch (Exception failure)
            {
                socket.Dispose();
                var mayGoOn = failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested;
                if (!mayGoOn || i == addresses.Length - 1)
                {
                    throw;
                }
            }
        }
    }
}
