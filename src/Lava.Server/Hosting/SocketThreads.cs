using System.Globalization;
using Lava.Gateway;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Lava.Server.Hosting;

/// <summary>
/// Calls run on the threads that wait for sockets: what a socket has is handled where it was noticed, without waking another thread for
/// it, which costs more than a call's own work. Such a thread serves many sockets, so nothing may wait or calculate for long on it. The
/// gateway's code does neither; all the rest, the start and its background work, the API and the pages, runs on the thread pool.
/// </summary>
internal static class SocketThreads
{
    // The runtime reads it once, with the first socket, and has no other way to say it. Its own choice is one thread for each 30
    // processors, as many as hand work on, where completions are not inline throughout.
    private const string Count = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    // Not the default one: awaits inside return to it, wherever what they wait for was completed.
    private static readonly TaskScheduler Pool =
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, int.MaxValue).ConcurrentScheduler;

    /// <summary>Before the first socket: one such thread for each processor. An operator's own choice stays.</summary>
    public static void Use()
    {
        if (Environment.GetEnvironmentVariable(Count) is null)
        {
            Environment.SetEnvironmentVariable(Count, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The server's side of it.</summary>
    public static void Configure(SocketTransportOptions sockets)
    {
        sockets.UnsafePreferInlineScheduling = true;

        // One system call less for each request; a connection that waits for its next one keeps a block of 4 KiB.
        sockets.WaitForDataBeforeAllocatingBuffer = false;
    }

    /// <summary>Callers' sockets: of all others in the process, PostgreSQL's too, completions run on the thread pool.</summary>
    public static void Configure(KestrelServerOptions kestrel) =>
        kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection =>
        {
            if (connection.Features.Get<IConnectionSocketFeature>() is { } feature)
            {
                InlineCompletions.Use(feature.Socket);
            }

            return next(connection);
        }));

    /// <summary>Runs work on the thread pool, to its end.</summary>
    public static Task LeaveAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Pool).Unwrap();
}
