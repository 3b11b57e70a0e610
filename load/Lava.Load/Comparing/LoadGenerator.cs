namespace Lava.Load.Comparing;

/// <summary>
/// Puts a load on a system from one thread: three system calls a request, no allocation, so that little of the machine is the generator's.
/// A connection that fails is not used again.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    /// <summary>After the end of the load answers may still come for so long.</summary>
    private const long GraceNanoseconds = 30_000_000_000;

    private const long WaitMax = 100_000_000;

    private readonly LoadPlan _plan;
    private readonly LoadResult _result = new();
    private readonly Poller _poller = new();
    private readonly LoadConnection[] _connections;
    private readonly Stack<int> _idle;
    private readonly double _interval;
    private readonly long _began;
    private readonly long _end;
    private long _sent;
    private int _busy;

    private LoadGenerator(LoadPlan plan, bool streamed)
    {
        _plan = plan;
        _connections = new LoadConnection[plan.Connections];
        _idle = new Stack<int>(plan.Connections);
        for (var i = 0; i < plan.Connections; i++)
        {
            _connections[i] = new LoadConnection(RawSocket.Connect(plan.Address), plan, _result, streamed);
            _poller.Add(_connections[i].Descriptor, i);
            _idle.Push(i);
        }

        _interval = plan.Rate > 0 ? 1e9 / plan.Rate : plan.Stagger.TotalNanoseconds;
        _began = MonotonicClock.Now;
        _end = _began + (long)plan.During.TotalNanoseconds;
    }

    private bool IsOpenLoop => _plan.Rate > 0;

    /// <summary>Runs a load to its end; the last answers are waited for.</summary>
    /// <param name="plan">What to send.</param>
    /// <param name="streamed">The answers are streams of the lean provider.</param>
    /// <param name="stop">Ends it early.</param>
    public static LoadResult Run(LoadPlan plan, bool streamed, CancellationToken stop)
    {
        using var generator = new LoadGenerator(plan, streamed);
        generator.Run(stop);
        return generator._result;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _poller.Dispose();
    }

    private void Run(CancellationToken stop)
    {
        var now = _began;
        while (!stop.IsCancellationRequested && now < _end + GraceNanoseconds && (now < _end || _busy > 0 || Due(now)))
        {
            SendDue(now);
            if (_busy == 0 && _idle.Count == 0)
            {
                break;
            }

            var ready = _poller.Wait(_idle.Count > 0 ? Math.Min(WaitMax, NextDue() - MonotonicClock.Now) : WaitMax);
            for (var i = 0; i < ready; i++)
            {
                Receive(_poller.Token(i));
            }

            now = MonotonicClock.Now;
        }

        foreach (var connection in _connections)
        {
            connection.GiveUp();
        }

        _result.Elapsed = MonotonicClock.Span(MonotonicClock.Now - _began);
    }

    // An open loop owes all requests that fell due before the end; a closed one only begins each connection once.
    private bool Due(long now) => NextDue() <= Math.Min(now, _end) && (IsOpenLoop || _sent < _plan.Connections);

    private long NextDue() => IsOpenLoop || _sent < _plan.Connections ? _began + (long)(_sent * _interval) : long.MaxValue;

    private void SendDue(long now)
    {
        while (_idle.Count > 0 && Due(now))
        {
            Send(_idle.Pop(), NextDue());
        }
    }

    private void Send(int connection, long due)
    {
        var request = _plan.Requests[_sent++ % _plan.Requests.Length];
        _busy += _connections[connection].Send(request, due) ? 1 : 0;
    }

    private void Receive(int index)
    {
        var connection = _connections[index];
        var wasBusy = connection.IsBusy;
        var usable = connection.Receive();
        if (wasBusy && !connection.IsBusy)
        {
            _busy--;
            Answered(index, usable);
        }
        else if (!usable)
        {
            connection.Dispose();
        }
    }

    private void Answered(int index, bool usable)
    {
        if (!usable)
        {
            _connections[index].Dispose();
        }
        else if (IsOpenLoop)
        {
            _idle.Push(index);
        }
        else if (!_plan.Once && MonotonicClock.Now is var now && now < _end)
        {
            Send(index, now);
        }
    }
}
