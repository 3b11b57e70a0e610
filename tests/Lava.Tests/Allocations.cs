namespace Lava.Tests;

/// <summary>
/// Bytes that a piece of work allocates. The runtime itself allocates on a thread now and then (a generic look-up, a method compiled
/// anew), and a collection started elsewhere moves the counter: the least of several rounds is the work's own.
/// </summary>
internal static class Allocations
{
    private const int Rounds = 5;

    /// <summary>The least over the rounds, on this thread, after one round of warm-up.</summary>
    public static long Least(Action work)
    {
        work();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
