using System.Net.WebSockets;
using System.Text.Json;
using Lava.Server.Simulation.Requests;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lava.Server.Simulation.Realtime;

/// <summary>Opens the sessions of the Realtime API.</summary>
internal static class SimulatedSessions
{
    private const string Protocol = "realtime";

    // Adds the feature that knows how to become a WebSocket, to these requests alone.
    private static readonly WebSocketMiddleware Handshake = new(
        static _ => Task.CompletedTask, Options.Create(new WebSocketOptions()), NullLoggerFactory.Instance);

    /// <summary>Why there is no session; null where there can be one.</summary>
    public static async Task<Refusal?> CheckAsync(HttpContext context)
    {
        await Handshake.Invoke(context);
        return !context.WebSockets.IsWebSocketRequest ? new Refusal(400, "This is a WebSocket: ask for an upgrade.")
            : string.IsNullOrEmpty(context.Request.Query["model"]) ? new Refusal(400, "You must provide a model parameter.", "model")
            : null;
    }

    /// <summary>Runs a session.</summary>
    /// <returns>False when the caller went away without a close.</returns>
    public static async ValueTask<bool> RunAsync(HttpContext context, SimulatedCall call, CancellationToken stopping)
    {
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        var accept = new WebSocketAcceptContext { SubProtocol = offered.Contains(Protocol) ? Protocol : null };
        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
        try
        {
            await new SimulatedSession(socket, call, context.Request.Query["model"].ToString(), stopping).RunAsync();
            return true;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            socket.Abort();
            return false;
        }
    }
}
