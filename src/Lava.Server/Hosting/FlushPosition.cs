using Lava.Postgres;
using Lava.Server.Api;
using Lava.Wallets.Journal;

namespace Lava.Server.Hosting;

/// <summary>Read your writes: lists wait until the database holds what was durable when they were asked.</summary>
internal sealed class FlushPosition(JournalWriter journal, FlushWorker flusher, Database database) : IFlushPosition
{
    // The flusher collects for at most 100 ms; whoever waits longer than this has a database that is away.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public Task<bool> CaughtUpAsync(CancellationToken cancellationToken) => database.State.Away is not null
        ? Task.FromResult(false)
        : flusher.WaitForAppliedAsync(journal.DurableSequence, Limit).WaitAsync(cancellationToken);
}
