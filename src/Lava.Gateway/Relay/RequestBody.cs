using System.Buffers;
using System.IO.Pipelines;
using Lava.Gateway.Responses;

namespace Lava.Gateway.Relay;

/// <summary>
/// The request body in one pooled buffer: the model can stand at its very end, behind megabytes of messages, and a reservation must
/// know it.
/// </summary>
internal sealed class RequestBody(BodyBudget budget)
{
    // Most chat requests; a longer body without a length grows from here by doubling.
    private const int FirstRent = 16 * 1024;

    // What a mere announcement of a length gets: a caller that announces 64 MiB and sends nothing holds no more than this.
    private const int AnnouncedRent = 1024 * 1024;

    private byte[] _buffer = [];

    /// <summary>The bytes read, or their edited form.</summary>
    public ReadOnlyMemory<byte> Memory => new(_buffer, 0, Math.Min(Length, _buffer.Length));

    /// <summary>The bytes read.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>How many; still after <see cref="Release"/>.</summary>
    public int Length { get; private set; }

    /// <summary>Reads to the end, or to the limit.</summary>
    public async ValueTask<GatewayOutcome> ReadAsync(
        PipeReader reader, long? contentLength, int maxBytes, CancellationToken cancellationToken)
    {
        if (contentLength > maxBytes)
        {
            return GatewayOutcome.BodyTooLarge;
        }

        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                return GatewayOutcome.BodyUnreadable;
            }

            if (Length + result.Buffer.Length > GatewayLimits.SocketThreadBytes)
            {
                // Neither to grow a buffer for so much nor to look through it is for the thread of a socket.
                await Task.Yield();
            }

            var outcome = Take(result.Buffer, contentLength ?? 0, maxBytes);
            reader.AdvanceTo(result.Buffer.End);
            if (outcome != GatewayOutcome.Ok || result.IsCompleted)
            {
                return outcome;
            }

            if (result.IsCanceled)
            {
                return GatewayOutcome.BodyUnreadable;
            }
        }
    }

    /// <summary>A buffer for an edited body of so many bytes; false when there is no memory for it now.</summary>
    public bool TryRent(int bytes, out byte[] buffer)
    {
        buffer = ArrayPool<byte>.Shared.Rent(bytes);
        if (budget.TryTake(buffer.Length))
        {
            return true;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        return false;
    }

    /// <summary>Puts an edited body, in a buffer of <see cref="TryRent"/>, in place of the read one.</summary>
    public void Replace(byte[] rented, int length)
    {
        Return();
        _buffer = rented;
        Length = length;
    }

    /// <summary>Gives the buffer back. No one may read <see cref="Memory"/> any more: the upstream request has ended.</summary>
    public void Return()
    {
        Release();
        Length = 0;
    }

    /// <summary>
    /// The request has been sent: gives the buffer back, so that a stream of many minutes does not hold it. Its length stays.
    /// </summary>
    public void Release()
    {
        if (_buffer.Length > 0)
        {
            budget.Return(_buffer.Length);
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
    }

    private GatewayOutcome Take(in ReadOnlySequence<byte> bytes, long announced, int maxBytes)
    {
        if (Length + bytes.Length > maxBytes)
        {
            return GatewayOutcome.BodyTooLarge;
        }

        var needed = (int)(Length + bytes.Length);
        if (needed > _buffer.Length && !TryGrow(Math.Max(needed, (int)Math.Min(announced, AnnouncedRent))))
        {
            return GatewayOutcome.Overloaded;
        }

        bytes.CopyTo(_buffer.AsSpan(Length));
        Length = needed;
        return GatewayOutcome.Ok;
    }

    private bool TryGrow(int bytes)
    {
        if (!TryRent(Math.Max(Math.Max(bytes, FirstRent), Length * 2), out var grown))
        {
            return false;
        }

        Span.CopyTo(grown);
        Replace(grown, Length);
        return true;
    }
}
