using System.Globalization;

namespace Lava.Load.Running;

/// <summary>A phase of the load as an argument: <c>inject 500 20s</c>, <c>ramp 500 10s</c>, <c>keep 32 20s</c>, <c>pause 2s</c>.</summary>
internal static class SimulationParser
{
    private static readonly Dictionary<string, Func<double, TimeSpan, Simulation>> Kinds = new()
    {
        ["inject"] = (rate, during) => new Simulation.Inject(rate, during),
        ["ramp"] = (rate, during) => new Simulation.RampingInject(rate, during),
        ["keep"] = (copies, during) => new Simulation.KeepConstant((int)copies, during),
        ["pause"] = (_, during) => new Simulation.Pause(during),
    };

    /// <returns>Null where the text is no phase.</returns>
    public static Simulation? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !Kinds.TryGetValue(words[0], out var create))
        {
            return null;
        }

        var amount = 0d;
        var complete = words[0] == "pause"
            ? words.Length == 2
            : words.Length == 3 && double.TryParse(words[1], CultureInfo.InvariantCulture, out amount) && amount > 0;
        return complete && DurationParser.Parse(words[^1]) is { } during && during > TimeSpan.Zero ? create(amount, during) : null;
    }
}
