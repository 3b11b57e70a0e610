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
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Runs when no other change of the merchant runs. The change itself can't be cancelled by the caller.</summary>
    public async Task<T> RunAsync<T>(Guid merchantId, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        var gate = _gates[(uint)merchantId.GetHashCode() % Gates];
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
