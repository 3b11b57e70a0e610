using System.Net.WebSockets;
using System.Text;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>A provider of realtime sessions whose events the test writes.</summary>
internal sealed class RealtimeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RealtimeUpstream(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<RealtimeUpstream> StartAsync(Func<WebSocket, Task> script)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await script(socket);
        });
        await app.StartAsync();
        return new RealtimeUpstream(app);
    }

    /// <summary>Sends an event.</summary>
    public static Task SendAsync(WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Reads until the other side closes; how it did, or null where it vanished.</summary>
    public static async Task<(WebSocketCloseStatus? Status, string? Reason)?> ClosedAsync(WebSocket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while ((await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(GatewayHarness.Patience)).CloseStatus is null)
            {
            }

            await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, socket.CloseStatusDescription, default);
            return (socket.CloseStatus, socket.CloseStatusDescription);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public static string Created(string id) =>
        """{"type":"response.created","response":{"id":"ID","status":"in_progress","usage":null}}"""
            .Replace("ID", id, StringComparison.Ordinal);

    public static string Delta(string text) =>
        """{"type":"response.output_audio_transcript.delta","response_id":"r","delta":"TEXT"}"""
            .Replace("TEXT", text, StringComparison.Ordinal);

    public static string Done(string id, long input, long output) =>
        """{"type":"response.done","response":{"id":"ID","status":"completed","usage":{"input_tokens":INPUT,"output_tokens":OUTPUT}}}"""
            .Replace("ID", id, StringComparison.Ordinal).Replace("INPUT", $"{input}", StringComparison.Ordinal)
            .Replace("OUTPUT", $"{output}", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
