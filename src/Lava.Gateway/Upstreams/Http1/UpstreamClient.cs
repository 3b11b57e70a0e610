using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Lava.Gateway.Upstreams.Http1;

/// <summary>
/// The HTTP/1.1 client to the providers; made by <see cref="UpstreamConnector.CreateClient"/>. It does to messages nothing that was not
/// asked for: no redirects (a provider's answer must not choose where keys go), no cookies, no decompression, no proxy from the
/// environment, no headers of its own but Host and Content-Length. One connection carries one call at a time.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    private readonly ConcurrentDictionary<UpstreamOrigin, UpstreamPool> _pools = new();
    private readonly Func<UpstreamOrigin, CancellationToken, ValueTask<UpstreamTransport>> _connect;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private volatile bool _isDisposed;

    internal UpstreamClient(
        Func<UpstreamOrigin, CancellationToken, ValueTask<UpstreamTransport>> connect, UpstreamOptions options, TimeProvider time)
    {
        _connect = connect;
        _options = options;
        _time = time;
        var interval = options.IdleTimeout / Http1Limits.SweepsPerIdleTimeout;
        _sweep = time.CreateTimer(static state => ((UpstreamClient)state!).Sweep(), this, interval, interval);
    }

    /// <summary>Connections to all hosts, used and idle.</summary>
    public int Connections => _pools.Sum(pool => pool.Value.Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _sweep.Dispose();
        foreach (var (_, pool) in _pools)
        {
            pool.CloseAll();
        }
    }

    /// <summary>
    /// Sends the request that stands in the exchange; on Ok the head of its answer stands there. A request that could not be sent at all
    /// over a connection that was kept, and one of GET or HEAD that got no byte of an answer there, goes out once more over a new one:
    /// the provider may close a connection at any time. Never another that was sent, be it in part: the provider may be working on it,
    /// and would for the second one, too. Both cost money.
    /// </summary>
    /// <param name="exchange">The exchange, its request written.</param>
    /// <param name="body">The request's body; nobody reads it after the exchange has ended.</param>
    /// <param name="cancellation">Ends the exchange at any moment until it has ended.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<UpstreamOutcome> SendAsync(
        UpstreamExchange exchange, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        exchange.Watch(cancellation);
        if (Find(exchange.Origin).TryRent(out var connection))
        {
            var step = await exchange.TalkAsync(connection, body, _options.MaxResponseHeadersBytes).ConfigureAwait(false);
            if (!exchange.MayRepeat(step))
            {
                return exchange.Outcome(step);
            }
        }

        var (outcome, made) = await ConnectAsync(exchange.Origin, cancellation).ConfigureAwait(false);
        return made is null
            ? outcome
            : exchange.Outcome(await exchange.TalkAsync(made, body, _options.MaxResponseHeadersBytes).ConfigureAwait(false));
    }

    private UpstreamPool Find(UpstreamOrigin origin) =>
        _pools.GetOrAdd(origin, static (_, client) => new UpstreamPool(client._options, client._time), this);

    private async ValueTask<(UpstreamOutcome Outcome, UpstreamConnection? Made)> ConnectAsync(
        UpstreamOrigin origin, CancellationToken cancellation)
    {
        var pool = Find(origin);
        while (!pool.TryReserve())
        {
            if (!pool.IsRetired)
            {
                return (UpstreamOutcome.Exhausted, null);
            }

            // Given up while it was empty; the next one is new.
            _pools.TryRemove(KeyValuePair.Create(origin, pool));
            pool = Find(origin);
        }

        var made = false;
        try
        {
            var transport = await _connect(origin, cancellation).ConfigureAwait(false);
            made = true;
            var connection = pool.Add(transport);
            if (_isDisposed)
            {
                pool.CloseAll();
            }

            return (UpstreamOutcome.Ok, connection);
        }
        catch (OperationCanceledException)
        {
            return (UpstreamOutcome.Cancelled, null);
        }
        catch (HttpRequestException e)
        {
            var isRefused = e.HttpRequestError == HttpRequestError.NameResolutionError;
            return (isRefused ? UpstreamOutcome.AddressRefused : UpstreamOutcome.Unreachable, null);
        }
        finally
        {
            if (!made)
            {
                pool.Unreserve();
            }
        }
    }

    private void Sweep()
    {
        foreach (var pair in _pools)
        {
            if (pair.Value.Sweep())
            {
                _pools.TryRemove(pair);
            }
        }
    }
}
