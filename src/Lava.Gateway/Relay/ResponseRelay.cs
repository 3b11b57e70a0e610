using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Relay;

/// <summary>
/// Step 8: upstream is read into the downstream pipe's own memory, scanned there and flushed per read. The bytes that complete the
/// answer are flushed only after the call is settled. The scan only observes: nothing it meets changes what the client gets.
/// </summary>
internal sealed class ResponseRelay(GatewayOptions options, UsageSettler settler)
{
    /// <summary>How a relay ended.</summary>
    internal enum End
    {
        /// <summary>The body came to its end.</summary>
        Complete,

        /// <summary>Upstream broke off: the client must not take what it has for the whole.</summary>
        UpstreamCut,

        /// <summary>The client went away.</summary>
        DownstreamGone,

        /// <summary>A time limit ended the call.</summary>
        TimedOut,
    }

    /// <summary>Relays the body. On return the call is settled, and a client whose answer is not whole is cut off.</summary>
    public async ValueTask RelayAsync(GatewayCall call)
    {
        var upstream = await call.Upstream!.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
        var contentLength = HasBody(call) ? call.Http.Response.ContentLength : 0;

        // Before the response has started Kestrel hands out memory of its own and copies it later.
        await call.Http.Response.StartAsync(CancellationToken.None).ConfigureAwait(false);
        var end = call.UsageInjected
            ? await RelayFilteredAsync(call, upstream).ConfigureAwait(false)
            : await RelayUntouchedAsync(call, upstream, contentLength).ConfigureAwait(false);
        if (end == End.DownstreamGone)
        {
            end = await DrainAsync(call, upstream).ConfigureAwait(false);
        }

        await settler.SettleAsync(call, end).ConfigureAwait(false);
        if (end != End.Complete)
        {
            // The client must not take what it has for the whole answer.
            call.Http.Abort();
        }
    }

    private async ValueTask<End> RelayUntouchedAsync(GatewayCall call, Stream upstream, long? contentLength)
    {
        var writer = call.Http.Response.BodyWriter;
        while (true)
        {
            // A body of known length comes at once; a stream is waited for without holding memory, its headers flushed meanwhile.
            if (contentLength is null && !await WaitForBytesAsync(call, upstream, writer).ConfigureAwait(false))
            {
                return Failed(call);
            }

            var memory = writer.GetMemory(GatewayLimits.RelayReadBytes);
            var read = await ReadAsync(call, upstream, memory).ConfigureAwait(false);
            if (read <= 0)
            {
                return read == 0 && (contentLength is null || call.BodyBytes == contentLength) ? End.Complete : Failed(call);
            }

            Observe(call, memory.Span[..read]);
            if (call.Scanner.IsTerminal || call.BodyBytes == contentLength)
            {
                await settler.SettleAsync(call, End.Complete).ConfigureAwait(false);
            }

            writer.Advance(read);
            if (!await FlushAsync(call, writer).ConfigureAwait(false))
            {
                return End.DownstreamGone;
            }

            if (call.BodyBytes == contentLength)
            {
                return End.Complete;
            }
        }
    }

    /// <summary>The same with the usage that the gateway itself asked for taken out again: whole events are sent, a torn one waits for its rest.</summary>
    private async ValueTask<End> RelayFilteredAsync(GatewayCall call, Stream upstream)
    {
        var writer = call.Http.Response.BodyWriter;
        var filter = call.Filter;
        filter.Reset();
        var buffer = ArrayPool<byte>.Shared.Rent(GatewayLimits.FilterEventBytes + GatewayLimits.RelayReadBytes);
        try
        {
            var carried = 0;
            while (true)
            {
                if (!await WaitForBytesAsync(call, upstream, writer).ConfigureAwait(false))
                {
                    return Failed(call);
                }

                var read = await ReadAsync(call, upstream, buffer.AsMemory(carried, GatewayLimits.RelayReadBytes)).ConfigureAwait(false);
                if (read < 0)
                {
                    return Failed(call);
                }

                Observe(call, buffer.AsSpan(carried, read));
                if (call.Scanner.IsTerminal || read == 0)
                {
                    await settler.SettleAsync(call, End.Complete).ConfigureAwait(false);
                }

                var send = filter.Filter(buffer, carried, read, endOfBody: read == 0, out var carry);
                writer.Write(buffer.AsSpan(0, send));
                buffer.AsSpan(send, carry).CopyTo(buffer);
                carried = carry;
                if (send > 0 && !await FlushAsync(call, writer).ConfigureAwait(false))
                {
                    return End.DownstreamGone;
                }

                if (read == 0)
                {
                    return End.Complete;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The client has gone: reads on, within limits of time and bytes, for the usage alone.</summary>
    private async ValueTask<End> DrainAsync(GatewayCall call, Stream upstream)
    {
        call.LimitDrain(options.DrainTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(GatewayLimits.RelayReadBytes);
        try
        {
            var limit = call.BodyBytes + GatewayLimits.DrainBytes;
            while (!call.Scanner.IsTerminal && call.BodyBytes < limit)
            {
                var read = await ReadAsync(call, upstream, buffer).ConfigureAwait(false);
                if (read <= 0)
                {
                    break;
                }

                Observe(call, buffer.AsSpan(0, read));
            }

            return End.DownstreamGone;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Observe(GatewayCall call, ReadOnlySpan<byte> bytes)
    {
        if (call.BodyBytes == 0)
        {
            call.Record.TimeToFirstByteMicros = call.Micros(call.Timestamp() - call.ArrivedAt);
        }

        call.BodyBytes += bytes.Length;
        if (call.Compressed is { } tap)
        {
            tap.Append(bytes);
        }
        else
        {
            call.Scanner.Scan(bytes);
        }
    }

    /// <summary>Waits for bytes with a read of none. While it waits, what was written so far is flushed: headers are not held back.</summary>
    private async ValueTask<bool> WaitForBytesAsync(GatewayCall call, Stream upstream, PipeWriter writer)
    {
        call.Limit(options.IdleTimeout);
        try
        {
            var ready = upstream.ReadAsync(Memory<byte>.Empty, call.Cancellation);
            if (!ready.IsCompleted && call.BodyBytes == 0)
            {
                await writer.FlushAsync().ConfigureAwait(false);
            }

            await ready.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Bytes read; 0 at the end, -1 when upstream broke off or a limit passed.</summary>
    private async ValueTask<int> ReadAsync(GatewayCall call, Stream upstream, Memory<byte> memory)
    {
        call.Limit(options.IdleTimeout);
        try
        {
            return await upstream.ReadAsync(memory, call.Cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return -1;
        }
    }

    /// <summary>False when the client has gone. A slow client is Kestrel's to judge (its minimum data rate); the call's total limit still runs.</summary>
    private async ValueTask<bool> FlushAsync(GatewayCall call, PipeWriter writer)
    {
        call.Limit(options.TotalTimeout);
        var result = await writer.FlushAsync().ConfigureAwait(false);
        return !result.IsCompleted && !call.DownstreamGone;
    }

    /// <summary>The length of an answer to HEAD, and of "not modified", is that of a body which does not come.</summary>
    private static bool HasBody(GatewayCall call) =>
        !HttpMethods.IsHead(call.Http.Request.Method) && call.Http.Response.StatusCode != StatusCodes.Status304NotModified;

    private static End Failed(GatewayCall call) => call switch
    {
        { DownstreamGone: true } => End.DownstreamGone,
        { TimedOut: true } => End.TimedOut,
        _ => End.UpstreamCut,
    };
}
