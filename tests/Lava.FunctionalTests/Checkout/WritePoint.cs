namespace Lava.FunctionalTests.Checkout;

/// <summary>A write to PostgreSQL at which the server is killed.</summary>
/// <param name="Write">Such as <c>insert on grants</c>.</param>
/// <param name="When">Of which rows; empty: of all.</param>
/// <param name="InCommit">As the last thing of its transaction; else at once.</param>
/// <param name="IsLost">The transaction is ended; else it goes on without its process.</param>
internal sealed record WritePoint(string Write, string When, bool InCommit, bool IsLost) : ICrashPoint
{
    /// <summary>Before a write is done, in its commit so that it is lost, and so that it lands.</summary>
    public static IEnumerable<WritePoint> Each((string Write, string When) at) =>
    [
        new(at.Write, at.When, InCommit: false, IsLost: true),
        new(at.Write, at.When, InCommit: true, IsLost: true),
        new(at.Write, at.When, InCommit: true, IsLost: false),
    ];

    public async Task PassAsync(StripeShop shop, string database, Func<Task> begin, TimeSpan limit)
    {
        await using var halted = await HaltedWrite.StartAsync(database, Write, When, InCommit);
        using var watch = new CancellationTokenSource(limit);
        var begun = begin();
        await halted.ReachedAsync(() => watch.IsCancellationRequested);
        await shop.KillAsync();
        await halted.ReleaseAsync(IsLost);
        await begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
