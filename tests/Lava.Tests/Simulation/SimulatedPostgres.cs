using Npgsql;

namespace Lava.Tests.Simulation;

/// <summary>
/// PostgreSQL in memory: its transactions are whole, guarded and seen by nobody before they are committed; what gets lost are
/// answers. A transaction whose client went away between COMMIT and the answer may still run: it holds its locks until it ends, either way.
/// </summary>
internal sealed class SimulatedPostgres(World world)
{
    /// <summary>Stands for the row of the journal's position among the locks; positive ones are wallets.</summary>
    public const long PositionLock = 0;

    /// <summary>
    /// Stands for the node in that row: shared by all whose work the node's live wallets must see, taken whole by a new process.
    /// </summary>
    public const long NodeLock = -1;

    private readonly List<(long[] Locks, Action Commit)> _running = [];

    public Tables Tables { get; } = new();

    public bool IsAway { get; set; }

    /// <summary>A plain read: waits for no lock.</summary>
    public T Read<T>(string what, Func<T> read)
    {
        world.Point(what);
        ThrowIfUnreachable();
        var result = read();
        world.Point(what);
        return result;
    }

    /// <summary>A transaction: all but its commit, which has no way to fail, is done by <paramref name="run"/>.</summary>
    public T Transact<T>(string what, long[] locks, Func<(T Result, Action Commit)> run)
    {
        world.Point(what);
        ThrowIfUnreachable();
        EndRunning(locks);
        var (result, commit) = run();
        if (world.Dies(what))
        {
            Abandon(locks, commit);
            throw new SimulatedCrashException();
        }

        if (world.Random.PerMille(world.Faults.AnswersLost))
        {
            world.Trace.Add("answer lost");
            Abandon(locks, commit);
            throw Unreachable();
        }

        commit();
        world.Point(what);
        return result;
    }

    /// <summary>Ends transactions without a client that hold one of the locks; null: all of them.</summary>
    public void EndRunning(long[]? locks)
    {
        for (var i = 0; i < _running.Count;)
        {
            var (held, commit) = _running[i];
            if (locks is not null && !locks.Intersect(held).Any())
            {
                i++;
                continue;
            }

            _running.RemoveAt(i);
            if (world.Random.OneIn(2))
            {
                world.Trace.Add("late commit");
                commit();
            }
        }
    }

    private void Abandon(long[] locks, Action commit)
    {
        switch (world.Random.Below(3))
        {
            case 0:
                commit();
                break;
            case 1:
                _running.Add((locks, commit));
                break;
        }
    }

    private void ThrowIfUnreachable()
    {
        if (IsAway || world.Random.PerMille(world.Faults.Lost))
        {
            throw Unreachable();
        }
    }

    private static NpgsqlException Unreachable() => new("The connection is broken.", new IOException());
}
