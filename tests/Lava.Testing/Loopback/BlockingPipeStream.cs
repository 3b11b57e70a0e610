using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Lava.Testing.Loopback;

/// <summary>The client's end of two pipes, blocking, without an allocation per read or write. One thread at a time.</summary>
internal sealed class BlockingPipeStream : Stream
{
    private readonly IDuplexPipe _pipes;
    private readonly ManualResetEventSlim _arrived = new();
    private readonly Action _arrive;

    public BlockingPipeStream(IDuplexPipe pipes)
    {
        _pipes = pipes;
        _arrive = _arrived.Set;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Blocks until bytes are there; 0 at the end.</summary>
    public override int Read(Span<byte> buffer)
    {
        var reading = _pipes.Input.ReadAsync().GetAwaiter();
        if (!reading.IsCompleted)
        {
            _arrived.Reset();
            reading.UnsafeOnCompleted(_arrive);
            _arrived.Wait();
        }

        var available = reading.GetResult().Buffer;
        var left = buffer;
        var copied = available.Start;
        foreach (var segment in available)
        {
            var part = segment.Span[..Math.Min(segment.Length, left.Length)];
            part.CopyTo(left);
            left = left[part.Length..];
            copied = available.GetPosition(part.Length, copied);
        }

        _pipes.Input.AdvanceTo(copied);
        return buffer.Length - left.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>The other end works on this thread until it has to wait for something else.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(_pipes.Output.GetSpan(buffer.Length));
        _pipes.Output.Advance(buffer.Length);

        // The server's own threads have no such context (a test's has): what it awaits must not come back to this thread.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Flush(_pipes.Output.FlushAsync().GetAwaiter());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pipes.Output.Complete();
            _pipes.Input.Complete();
            _arrived.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Flush(ValueTaskAwaiter<FlushResult> writing)
    {
        if (!writing.IsCompleted)
        {
            _arrived.Reset();
            writing.UnsafeOnCompleted(_arrive);
            _arrived.Wait();
        }

        if (writing.GetResult().IsCompleted)
        {
            throw new IOException("The other end has closed the connection.");
        }
    }
}
