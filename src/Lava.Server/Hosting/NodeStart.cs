using Lava.Postgres;

namespace Lava.Server.Hosting;

/// <summary>Starts the node. While PostgreSQL can't be reached or is not ready it says so and tries again.</summary>
internal sealed class NodeStart(NodeState state, Action<string> tell, TimeProvider time)
{
    /// <summary>After the first failure: a database that is just starting is met soon.</summary>
    public static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(250);

    /// <summary>After many: how late one that is back is noticed.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    /// <summary>How often that is said again: so that the end of a log shows it, and nothing else is pushed out of it.</summary>
    public static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    /// <summary>Runs <paramref name="start"/> until it succeeds; every failure but an absent PostgreSQL passes through.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> start, CancellationToken cancellationToken)
    {
        var pause = MinPause;
        long? told = null;
        while (true)
        {
            try
            {
                return await start(cancellationToken);
            }
            catch (StoreUnavailableException away)
            {
                var reason = $"waiting for PostgreSQL: {away.Message}";
                state.Wait(reason);
                if (told is not { } last || time.GetElapsedTime(last) >= Reminder)
                {
                    told = time.GetTimestamp();
                    tell(reason);
                }
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, MaxPause.Ticks));
        }
    }
}
