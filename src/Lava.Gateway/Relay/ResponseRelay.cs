using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Lava.Gateway.Reservation;
using Lava.Gateway.Upstreams.Http1;
using Lava.Metering;
using Lava.Metering.Scanning;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway.Relay;

/// <summary>
/// Step 8: upstream is read into the downstream pipe's own memory, scanned there and flushed per read. The bytes that complete the
/// answer are flushed only after the call is settled. The scan only observes: nothing it meets changes what the client gets.
/// The state machines are pooled: each of them waits on every call, most of them on every chunk.
/// </summary>
internal sealed class ResponseRelay(GatewayOptions options, CallEnding ending, CallProgress progress, Settlement settlement)
{
    /// <summary>Relays the body. On return the call is settled, and a client whose answer is not whole is cut off.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RelayAsync(GatewayCall call)
    {
        // Before the response has started Kestrel hands out memory of its own and copies it later.
        await call.Http.Response.StartAsync(CancellationToken.None).ConfigureAwait(false);
        if (IsBodyless(call))
        {
            await ending.AnsweredAsync(call, CallEnd.Complete).ConfigureAwait(false);
            return;
        }

        var end = call.UsageInjected
            ? await RelayFilteredAsync(call, call.Upstream).ConfigureAwait(false)
            : await RelayUntouchedAsync(call, call.Upstream).ConfigureAwait(false);
        if (end == CallEnd.DownstreamGone)
        {
            end = await DrainAsync(call, call.Upstream).ConfigureAwait(false);
        }

        await ending.AnsweredAsync(call, end).ConfigureAwait(false);
        if (end != CallEnd.Complete)
        {
            // The client must not take what it has for the whole answer.
            call.Http.Abort();
        }
    }

    /// <summary>
    /// Reads an answer that nobody else gets. The call is settled where it tells the end of a job; else nothing is recorded.
    /// </summary>
    public async ValueTask ObserveAsync(GatewayCall call)
    {
        await DrainAsync(call, call.Upstream).ConfigureAwait(false);
        if (!call.UpstreamEnded && !IsFinal(call.Scanner))
        {
            return;
        }

        if (call.Compressed is { } compressed)
        {
            // To inflate a body is not for the thread of a socket.
            await Task.Yield();
            compressed.ScanInto(call.Scanner);
        }

        if (call.Record.HttpStatus is >= 200 and < 300 && call.Scanner.Job is JobState.Succeeded or JobState.Failed)
        {
            await ending.AnsweredAsync(call, CallEnd.Complete).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallEnd> RelayUntouchedAsync(GatewayCall call, UpstreamExchange upstream)
    {
        var writer = call.Http.Response.BodyWriter;
        var isLengthKnown = upstream.ContentLength is not null;
        while (true)
        {
            // A body of known length comes at once; a stream is waited for without holding memory, its headers flushed meanwhile.
            if (isLengthKnown)
            {
                BeginPhase(call, options.IdleTimeout);
            }
            else if (!await WaitForBytesAsync(call, upstream, writer).ConfigureAwait(false))
            {
                return Ended(call);
            }

            var memory = writer.GetMemory(GatewayLimits.RelayReadBytes);
            var read = await upstream.ReadAsync(memory).ConfigureAwait(false);
            if (read <= 0)
            {
                return read == 0 ? CallEnd.Complete : BrokenOff(call);
            }

            Observe(call, memory.Span[..read]);
            if (upstream.IsEnded || IsFinal(call.Scanner) || IsHeldBackTooLong(call, read))
            {
                await ending.AnsweredAsync(call, CallEnd.Complete).ConfigureAwait(false);
            }

            writer.Advance(read);
            if (!IsHeldBack(call) && !await FlushAsync(call, writer).ConfigureAwait(false))
            {
                return CallEnd.DownstreamGone;
            }

            if (upstream.IsEnded)
            {
                return CallEnd.Complete;
            }
        }
    }

    /// <summary>
    /// The same with the usage that the gateway itself asked for taken out again: whole events are sent, a torn one waits for its
    /// rest.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallEnd> RelayFilteredAsync(GatewayCall call, UpstreamExchange upstream)
    {
        var writer = call.Http.Response.BodyWriter;
        var filter = call.Filter;
        filter.Reset();

        // Events are a few hundred bytes: the buffer grows, up to the longest event the filter looks into, only for one that is not.
        var buffer = ArrayPool<byte>.Shared.Rent(2 * GatewayLimits.RelayReadBytes);
        try
        {
            var carried = 0;
            while (true)
            {
                if (carried + GatewayLimits.RelayReadBytes > buffer.Length)
                {
                    var grown = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
                    buffer.AsSpan(0, carried).CopyTo(grown);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = grown;
                }

                var isThere = await WaitForBytesAsync(call, upstream, writer).ConfigureAwait(false);
                var read = isThere
                    ? await upstream.ReadAsync(buffer.AsMemory(carried, GatewayLimits.RelayReadBytes)).ConfigureAwait(false)
                    : -1;
                if (read < 0)
                {
                    // Where the last word was said, it may be all of an event that never ends.
                    writer.Write(buffer.AsSpan(0, filter.Filter(buffer, carried, 0, endOfBody: true, out _)));
                    return isThere ? BrokenOff(call) : Ended(call);
                }

                Observe(call, buffer.AsSpan(carried, read));
                if (upstream.IsEnded || IsFinal(call.Scanner) || IsHeldBackTooLong(call, read))
                {
                    await ending.AnsweredAsync(call, CallEnd.Complete).ConfigureAwait(false);
                }

                var send = filter.Filter(buffer, carried, read, endOfBody: upstream.IsEnded, out var carry);
                writer.Write(buffer.AsSpan(0, send));
                buffer.AsSpan(send, carry).CopyTo(buffer);
                carried = carry;
                if (send > 0 && !IsHeldBack(call) && !await FlushAsync(call, writer).ConfigureAwait(false))
                {
                    return CallEnd.DownstreamGone;
                }

                if (upstream.IsEnded)
                {
                    return CallEnd.Complete;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The client has gone: reads on, within limits of time and bytes, for the usage alone.</summary>
    private async ValueTask<CallEnd> DrainAsync(GatewayCall call, UpstreamExchange upstream)
    {
        call.LimitDrain(options.DrainTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(GatewayLimits.RelayReadBytes);
        try
        {
            var limit = call.BodyBytes + GatewayLimits.DrainBytes;
            while (!IsFinal(call.Scanner) && call.BodyBytes < limit)
            {
                BeginPhase(call, options.IdleTimeout);
                var read = await upstream.ReadAsync(buffer).ConfigureAwait(false);
                call.UpstreamEnded = upstream.IsEnded;
                if (read <= 0)
                {
                    break;
                }

                Observe(call, buffer.AsSpan(0, read));
            }

            return CallEnd.DownstreamGone;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The stream's last word was said, but not its usage: some relays send it after <c>[DONE]</c>. So the end of the body decides, and
    /// the last word waits for it: before the settlement the client must not take what it has for the whole answer.
    /// </summary>
    private static bool IsHeldBack(GatewayCall call) => call.Scanner.IsTerminal && !call.Hold.IsEnded;

    /// <summary>So much was read more; has too much followed the last word?</summary>
    private static bool IsHeldBackTooLong(GatewayCall call, int read) =>
        IsHeldBack(call) && (call.HeldBackBytes += read) > GatewayLimits.AfterLastWordBytes;

    /// <summary>Nothing that follows can change the bill.</summary>
    private static bool IsFinal(ResponseScanner scanner) =>
        scanner.IsTerminal && (scanner.IsError || scanner.Usage.Certainty == UsageCertainty.Exact);

    private void Observe(GatewayCall call, ReadOnlySpan<byte> bytes)
    {
        if (call.BodyBytes == 0)
        {
            var now = call.Timestamp();
            call.Record.TimeToFirstByteMicros = call.Micros(now - call.ArrivedAt);
            progress.Begin(call, now);
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

    /// <summary>
    /// Limits what begins now. It begins where something was read: its moment also tells whether a PROGRESS is due, without a look at
    /// the clock of its own.
    /// </summary>
    private void BeginPhase(GatewayCall call, TimeSpan limit)
    {
        var now = call.Limit(limit);
        if (now >= call.ProgressDue)
        {
            progress.Write(call, now);
        }
    }

    /// <summary>
    /// Waits for bytes, holding no memory. While it waits, what was written so far is flushed: headers are not held back.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForBytesAsync(GatewayCall call, UpstreamExchange upstream, PipeWriter writer)
    {
        BeginPhase(call, IsHeldBack(call) ? GatewayLimits.AfterLastWord : options.IdleTimeout);
        var ready = upstream.WaitAsync();
        if (!ready.IsCompleted && call.BodyBytes == 0)
        {
            await settlement.ReserveDurableAsync(call).ConfigureAwait(false);
            await writer.FlushAsync().ConfigureAwait(false);
        }

        return await ready.ConfigureAwait(false);
    }

    /// <summary>
    /// False when the client has gone, or took nothing until the call's total limit. A slow client is Kestrel's to judge (its minimum
    /// data rate): what waits for it is at most Kestrel's output buffer, 64 KiB.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FlushAsync(GatewayCall call, PipeWriter writer)
    {
        BeginPhase(call, options.TotalTimeout);

        // Here, not before: an answer that is settled before its first byte leaves waits for one commit, not for two.
        await settlement.ReserveDurableAsync(call).ConfigureAwait(false);
        try
        {
            var result = await writer.FlushAsync(call.Cancellation).ConfigureAwait(false);
            return !result.IsCompleted && !call.DownstreamGone;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>An answer whose head says how long a body would be, but that has none (RFC 9110, 6.4.1).</summary>
    private static bool IsBodyless(GatewayCall call) => HttpMethods.IsHead(call.Http.Request.Method)
        || call.Http.Response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified;

    /// <summary>No more bytes came: the answer is whole where its last word was said.</summary>
    private static CallEnd Ended(GatewayCall call) =>
        call is { DownstreamGone: false, Scanner.IsTerminal: true } ? CallEnd.Complete : Failed(call);

    /// <summary>
    /// A read failed after a wait that did not. Where a limit ended it, it was a wait itself: a socket may say that something is there
    /// when all of it was read.
    /// </summary>
    private static CallEnd BrokenOff(GatewayCall call) => call.TimedOut ? Ended(call) : Failed(call);

    private static CallEnd Failed(GatewayCall call) => call switch
    {
        { DownstreamGone: true } => CallEnd.DownstreamGone,
        { TimedOut: true } => CallEnd.TimedOut,
        _ => CallEnd.UpstreamCut,
    };
}
