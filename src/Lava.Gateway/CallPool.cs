using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Lava.Gateway;

/// <summary>
/// Call objects for reuse, and the bound on calls in flight. Microsoft.Extensions.ObjectPool keeps no bound on what is out and drops
/// what exceeds its size; here every call object ever made is watched for its deadlines, so none may be dropped.
/// </summary>
internal sealed class CallPool(Func<GatewayCall> create, CallWatch watch)
{
    private readonly ConcurrentQueue<GatewayCall> _free = new();
    private int _made;
    private int _inFlight;

    /// <summary>Calls in flight.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>A call object; false when <see cref="GatewayLimits.ConcurrentCalls"/> are out.</summary>
    public bool TryRent([NotNullWhen(true)] out GatewayCall? call)
    {
        if (!_free.TryDequeue(out call))
        {
            if (Interlocked.Increment(ref _made) > GatewayLimits.ConcurrentCalls)
            {
                Interlocked.Decrement(ref _made);
                return false;
            }

            call = create();
            watch.Add(call);
        }

        Interlocked.Increment(ref _inFlight);
        return true;
    }

    /// <summary>Takes a finished call's object back.</summary>
    public void Return(GatewayCall call)
    {
        Interlocked.Decrement(ref _inFlight);
        _free.Enqueue(call);
    }
}
