using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>Kinds of calls by their share; the number of a call chooses its kind, so that each run does the same.</summary>
internal sealed class CallMix(params IReadOnlyList<(int Share, Step Run)> kinds)
{
    private readonly Step[] _turns = [.. kinds.SelectMany(kind => Enumerable.Repeat(kind.Run, kind.Share))];

    public Task<StepResult> RunAsync(long number) => _turns[number % _turns.Length](number);
}
