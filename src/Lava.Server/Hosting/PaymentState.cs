using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>What of payments a person must look at, as it was counted last.</summary>
internal sealed class PaymentState(ProviderEventStore store)
{
    private long _held;
    private long _eventsGivenUp;

    /// <summary>Payments in review.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Provider's events that were given up and are still kept.</summary>
    public long EventsGivenUp => Volatile.Read(ref _eventsGivenUp);

    /// <summary>Counts them again.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var (held, givenUp) = await store.CountOpenAsync(cancellationToken);
        Volatile.Write(ref _held, held);
        Volatile.Write(ref _eventsGivenUp, givenUp);
    }
}
