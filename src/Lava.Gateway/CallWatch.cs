namespace Lava.Gateway;

/// <summary>Looks at the deadlines of all calls every <see cref="GatewayLimits.WatchInterval"/>, with one timer.</summary>
internal sealed class CallWatch : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _adding = new();
    private readonly GatewayCall[] _calls = new GatewayCall[GatewayLimits.ConcurrentCalls];
    private int _count;

    public CallWatch(TimeProvider time)
    {
        _time = time;
        var interval = GatewayLimits.WatchInterval;
        _timer = time.CreateTimer(static state => ((CallWatch)state!).CheckNow(), this, interval, interval);
    }

    /// <summary>
    /// Watches a call object for good: call objects are pooled, so their number is that of the busiest moment, at most the limit.
    /// </summary>
    public void Add(GatewayCall call)
    {
        lock (_adding)
        {
            if (_count < _calls.Length)
            {
                _calls[_count] = call;
                Volatile.Write(ref _count, _count + 1);
            }
        }
    }

    /// <summary>Ends the time of every running call.</summary>
    public void ExpireAll() => Check(long.MaxValue);

    public void Dispose() => _timer.Dispose();

    private void CheckNow() => Check(_time.GetTimestamp());

    private void Check(long now)
    {
        foreach (var call in _calls.AsSpan(0, Volatile.Read(ref _count)))
        {
            call.CancelIfExpired(now);
        }
    }
}
