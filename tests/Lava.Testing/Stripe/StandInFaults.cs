namespace Lava.Testing.Stripe;

/// <summary>What goes wrong: what was ordered for a route first, then what chance brings.</summary>
internal sealed class StandInFaults
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StandInRoute> _routes = [];
    private Random? _random;
    private double _probability;
    private StandInFault[] _faults = [];

    public StandInRoute On(string pattern)
    {
        lock (_lock)
        {
            return _routes.TryGetValue(pattern, out var route) ? route : _routes[pattern] = new StandInRoute(pattern);
        }
    }

    public void Rain(int seed, double probability, StandInFault[] faults)
    {
        lock (_lock)
        {
            (_random, _probability, _faults) = (new Random(seed), probability, faults);
        }
    }

    public (StandInFault? Fault, StandInGate? Before, StandInGate? After) Take(string method, string path)
    {
        lock (_lock)
        {
            var route = _routes.Values.FirstOrDefault(route => route.Matches(method, path));
            var fault = route?.Take();
            if (fault is null && _random is not null && _random.NextDouble() < _probability)
            {
                fault = _faults[_random.Next(_faults.Length)];
            }

            return (fault, route?.Before, route?.After);
        }
    }
}
