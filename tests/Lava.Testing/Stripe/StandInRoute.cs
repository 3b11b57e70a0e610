namespace Lava.Testing.Stripe;

/// <summary>Requests of one kind, and what is to happen to the next of them.</summary>
/// <param name="pattern">Method and path; <c>*</c> stands for one segment: <c>POST /v1/payment_intents/*/confirm</c>.</param>
public sealed class StandInRoute(string pattern)
{
    private readonly Lock _lock = new();
    private readonly Queue<StandInFault> _faults = new();
    private StandInGate? _before;
    private StandInGate? _after;

    /// <summary>The next <paramref name="times"/> requests go wrong like this; after those that were told before.</summary>
    public StandInRoute Fault(StandInFault fault, int times = 1)
    {
        lock (_lock)
        {
            for (var i = 0; i < times; i++)
            {
                _faults.Enqueue(fault);
            }
        }

        return this;
    }

    /// <summary>Requests halt before anything is done.</summary>
    public StandInGate HaltBefore() => _before = new StandInGate();

    /// <summary>Requests halt when it is done, before the answer.</summary>
    public StandInGate HaltAfterCommit() => _after = new StandInGate();

    internal StandInGate? Before => _before;

    internal StandInGate? After => _after;

    internal bool Matches(string method, string path) => Matches(pattern, method, path, out _);

    internal StandInFault? Take()
    {
        lock (_lock)
        {
            return _faults.TryDequeue(out var fault) ? fault : null;
        }
    }

    internal static bool Matches(string pattern, string method, string path, out string id)
    {
        id = "";
        var wanted = pattern.Split([' ', '/'], StringSplitOptions.RemoveEmptyEntries);
        var given = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (wanted[0] != method || wanted.Length != given.Length + 1)
        {
            return false;
        }

        for (var i = 0; i < given.Length; i++)
        {
            if (wanted[i + 1] == "*")
            {
                id = given[i];
            }
            else if (wanted[i + 1] != given[i])
            {
                return false;
            }
        }

        return true;
    }
}
