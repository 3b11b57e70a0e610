using Lava.Postgres;

namespace Lava.Server.Api;

/// <summary>
/// One change of a merchant's accounts and meters at a time: two changes would otherwise reach the snapshot in another order than
/// PostgreSQL, and the older one would stay.
/// </summary>
internal sealed class ChangeGate
{
    // Merchants share the gates: with 64 a merchant seldom waits for another, and they are never removed.
    private const int Gates = 64;

    // Longer than PostgreSQL's own time limit for a connection, shorter than a caller's patience.
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim[] _gates = Make();
    private readonly SemaphoreSlim[] _newGates = Make();

    /// <summary>Runs when no other change of the merchant runs. The change itself can't be cancelled by the caller.</summary>
    public Task<T> RunAsync<T>(Guid merchantId, Func<Task<T>> change, CancellationToken cancellationToken) =>
        RunInAsync(_gates[(uint)merchantId.GetHashCode() % Gates], change, cancellationToken);

    /// <summary>
    /// Makes something that nobody can name before it is there, so that makings need not wait for each other: PostgreSQL then commits
    /// many at once. Only those of one <paramref name="name"/> do wait. The making may wait for the merchant's gate, never the other
    /// way round.
    /// </summary>
    public Task<T> RunNewAsync<T>(int name, Func<Task<T>> make, CancellationToken cancellationToken) =>
        RunInAsync(_newGates[(uint)name % Gates], make, cancellationToken);

    private static SemaphoreSlim[] Make() => [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];

    private static async Task<T> RunInAsync<T>(SemaphoreSlim gate, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        if (!await gate.WaitAsync(WaitMax, cancellationToken))
        {
            throw new StoreUnavailableException("Changes wait for PostgreSQL.");
        }

        try
        {
            return await change();
        }
        finally
        {
            gate.Release();
        }
    }
}
