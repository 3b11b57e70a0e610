using System.Text;

namespace Lava.Tests.Simulation;

/// <summary>The last events, kept as they are and put into words only when someone asks.</summary>
internal sealed class Trace(Action<string>? follow)
{
    /// <summary>Events that are kept: enough to see a call, its crash and the restart.</summary>
    private const int Kept = 64;

    private readonly (string What, long A, long B)[] _events = new (string, long, long)[Kept];
    private long _count;

    public long Count => _count;

    public void Add(string what, long a = 0, long b = 0)
    {
        _events[_count++ % Kept] = (what, a, b);
        follow?.Invoke($"{_count,6} {what} {a} {b}");
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = Math.Max(0, _count - Kept); i < _count; i++)
        {
            var (what, a, b) = _events[i % Kept];
            text.Append($"{i + 1,6} {what} {a} {b}\n");
        }

        return text.ToString();
    }
}
