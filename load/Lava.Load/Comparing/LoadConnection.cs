namespace Lava.Load.Comparing;

/// <summary>One connection of the load generator, with at most one request on its way.</summary>
internal sealed class LoadConnection(RawSocket socket, LoadPlan plan, LoadResult result, bool streamed) : IDisposable
{
    private readonly ResponseReader _reader = new();
    private readonly EventSplitter? _events = streamed ? new EventSplitter(result) : null;
    private long _due;

    public int Descriptor => socket.Descriptor;

    public bool IsBusy { get; private set; }

    /// <param name="request">The whole of it.</param>
    /// <param name="due">Since when its latency counts.</param>
    /// <returns>False: the connection broke.</returns>
    public bool Send(byte[] request, long due)
    {
        _due = due;
        IsBusy = true;
        _reader.Reset();
        _events?.Reset(MonotonicClock.Now);
        return socket.Send(request) || Fail("a connection broke");
    }

    /// <summary>Reads what has come; false: the connection can't be used any more.</summary>
    public bool Receive()
    {
        var read = socket.Receive(_reader.Free);
        if (read <= 0)
        {
            return read == 0 || Fail("a connection was closed");
        }

        var now = MonotonicClock.Now;
        _events?.Arrived(now);
        _reader.Advance(read, _events);
        if (_reader.IsComplete && IsBusy)
        {
            IsBusy = false;
            return Complete(now);
        }

        return !_reader.Free.IsEmpty || Fail("an answer can't be read");
    }

    /// <summary>No answer came in time.</summary>
    public void GiveUp()
    {
        if (IsBusy)
        {
            Fail("an answer did not end in time");
        }
    }

    public void Dispose() => socket.Dispose();

    private bool Complete(long now)
    {
        if (_reader.Status != 200 || _reader.BodyBytes != plan.BodyBytes)
        {
            return Fail($"status {_reader.Status} with {_reader.BodyBytes} bytes where {plan.BodyBytes} were expected");
        }

        result.Answered++;
        result.Latency.Record(MonotonicClock.Span(now - _due));
        return true;
    }

    private bool Fail(string why)
    {
        IsBusy = false;
        result.Failed++;
        result.Failure ??= why;
        return false;
    }
}
