using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Lava.Gateway.Responses;

namespace Lava.Gateway.Relay;

/// <summary>
/// The request body in one pooled buffer: the model can stand at its very end, behind megabytes of messages, and a reservation must
/// know it.
/// </summary>
internal sealed class RequestBody
{
    // Most chat requests; a longer body without a length grows from here by doubling.
    private const int FirstRent = 16 * 1024;

    private byte[] _buffer = [];

    /// <summary>The bytes read, or their edited form.</summary>
    public ReadOnlyMemory<byte> Memory => new(_buffer, 0, Length);

    /// <summary>The bytes read.</summary>
    public ReadOnlySpan<byte> Span => new(_buffer, 0, Length);

    /// <summary>How many.</summary>
    public int Length { get; private set; }

    /// <summary>Reads to the end, or to the limit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<GatewayOutcome> ReadAsync(PipeReader reader, long? contentLength, int maxBytes)
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
                result = await reader.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                return GatewayOutcome.BodyUnreadable;
            }

            var sequence = result.Buffer;
            if (Length + sequence.Length > maxBytes)
            {
                reader.AdvanceTo(sequence.End);
                return GatewayOutcome.BodyTooLarge;
            }

            EnsureRoom((int)Math.Max(contentLength ?? 0, Length + sequence.Length));
            sequence.CopyTo(_buffer.AsSpan(Length));
            Length += (int)sequence.Length;
            reader.AdvanceTo(sequence.End);
            if (result.IsCompleted)
            {
                return GatewayOutcome.Ok;
            }

            if (result.IsCanceled)
            {
                return GatewayOutcome.BodyUnreadable;
            }
        }
    }

    /// <summary>Puts an edited body, rented from the shared pool, in place of the read one.</summary>
    public void Replace(byte[] rented, int length)
    {
        Return();
        _buffer = rented;
        Length = length;
    }

    /// <summary>Gives the buffer back. No one may read <see cref="Memory"/> any more: the upstream request has ended.</summary>
    public void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        Length = 0;
    }

    private void EnsureRoom(int bytes)
    {
        if (bytes <= _buffer.Length)
        {
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(bytes, FirstRent), Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(grown);
        var length = Length;
        Return();
        _buffer = grown;
        Length = length;
    }
}
