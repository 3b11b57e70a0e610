namespace Lava.Load.Comparing;

/// <summary>The order of a round.</summary>
internal static class Turns
{
    /// <summary>All of them, beginning with another one in each round: none always comes after the same.</summary>
    public static IEnumerable<T> InTurn<T>(this IReadOnlyList<T> all, int round) =>
        Enumerable.Range(0, all.Count).Select(i => all[(i + round) % all.Count]);
}
