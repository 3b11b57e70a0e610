using System.Collections.Concurrent;
using Lava.Core;

namespace Lava.Server.Web;

/// <summary>How many streams of events browsers may have open, and how long one lasts. A browser opens the next one by itself.</summary>
internal sealed class EventStreams(CancellationToken stopping, TimeProvider time)
{
    /// <summary>Streams of this process.</summary>
    public const int StreamsMax = 100;

    /// <summary>Streams of one session: tabs that are shown; hidden ones close theirs.</summary>
    public const int SessionStreamsMax = 8;

    /// <summary>How long a stream lasts.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<UInt256, int> _sessions = new();
    private int _open;

    /// <summary>Streams that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Answers with a stream: 429 where there are too many.</summary>
    /// <param name="http">The browser's request.</param>
    /// <param name="session">Whose.</param>
    /// <param name="goesOn">Is the session still there? Asked from time to time.</param>
    /// <param name="write">
    /// Sends events until <see cref="EventStream.NextAsync"/> says that it is over. It may throw when it is cancelled.
    /// </param>
    public async Task RunAsync(HttpContext http, UInt256 session, Func<Task<bool>> goesOn, Func<EventStream, Task> write)
    {
        if (!TryEnter(session))
        {
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            http.Response.Headers.RetryAfter = "30";
            return;
        }

        // At once when the server stops: a tab must not hold it for the time that calls are given to end.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await write(await EventStream.OpenAsync(http, goesOn, time, end.Token));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The browser went away, or the server does.
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            // As well.
        }
        finally
        {
            Leave(session);
        }
    }

    private bool TryEnter(UInt256 session)
    {
        var all = Interlocked.Increment(ref _open);
        var own = _sessions.AddOrUpdate(session, 1, static (_, open) => open + 1);
        if (all <= StreamsMax && own <= SessionStreamsMax)
        {
            return true;
        }

        Leave(session);
        return false;
    }

    private void Leave(UInt256 session)
    {
        Interlocked.Decrement(ref _open);
        if (_sessions.AddOrUpdate(session, 0, static (_, open) => Math.Max(0, open - 1)) == 0)
        {
            _sessions.TryRemove(KeyValuePair.Create(session, 0));
        }
    }
}
