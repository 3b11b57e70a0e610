using System.Net.Sockets;
using System.Reflection;

namespace Lava.Gateway;

/// <summary>
/// Sockets whose completions run on the thread that polls them, one by one: those of callers and of providers. Not all of the process, as
/// DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS would have it: a library that waits for an answer while it is polled for, as Npgsql does
/// when a statement is cancelled, then waits for itself, and half of all calls with it.
/// </summary>
public static class InlineCompletions
{
    // Not public, but the runtime keeps it for callers by reflection. Where one has it no more, completions go to the thread pool: calls
    // cost more, nothing else changes.
    private static readonly Action<Socket, bool>? Setter = typeof(Socket)
        .GetProperty("PreferInlineCompletions", BindingFlags.Instance | BindingFlags.NonPublic)?
        .SetMethod?
        .CreateDelegate<Action<Socket, bool>>();

    // Who has set it decides for all sockets of the process.
    private static readonly bool IsDecided = Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS") is not null;

    /// <summary>Is there such a thing in this runtime?</summary>
    public static bool IsSupported => Setter is not null;

    /// <summary>From now on what the socket completes runs where it was noticed.</summary>
    public static void Use(Socket socket)
    {
        if (!IsDecided)
        {
            Setter?.Invoke(socket, true);
        }
    }
}
