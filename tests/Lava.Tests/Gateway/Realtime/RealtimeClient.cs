using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Lava.Testing.Gateway;

namespace Lava.Tests.Gateway.Realtime;

/// <summary>An app's side of a session.</summary>
internal sealed class RealtimeClient : IDisposable
{
    public const string Target = "wss://api.openai.com/v1/realtime?model=gpt-realtime";

    private readonly byte[] _buffer = new byte[16 * 1024];

    public ClientWebSocket Socket { get; } = new();

    /// <summary>Opens a session; the caller may set what the handshake says.</summary>
    public static async Task<RealtimeClient> OpenAsync(
        GatewayHarness gateway, string? token = null, string target = Target, params (string Name, string Value)[] headers)
    {
        var client = new RealtimeClient();
        client.Socket.Options.SetRequestHeader("Authorization", "Bearer " + (token ?? TestAccounts.Token()));
        foreach (var (name, value) in headers)
        {
            client.Socket.Options.SetRequestHeader(name, value);
        }

        await client.ConnectAsync(gateway, Uri.EscapeDataString(target));
        return client;
    }

    public Task ConnectAsync(GatewayHarness gateway, string target)
    {
        Socket.Options.CollectHttpResponseDetails = true;
        var uri = new Uri($"ws://127.0.0.1:{gateway.Port}/v1/forward?u={target}");
        return Socket.ConnectAsync(uri, CancellationToken.None).WaitAsync(GatewayHarness.Patience);
    }

    public Task SendAsync(string text) =>
        Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The next message; null when the other side has closed.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Bytes)?> ReceiveAsync()
    {
        var message = new MemoryStream();
        while (true)
        {
            var received = await Socket.ReceiveAsync(_buffer, CancellationToken.None).WaitAsync(GatewayHarness.Patience);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(_buffer.AsSpan(0, received.Count));
            if (received.EndOfMessage)
            {
                return (received.MessageType, message.ToArray());
            }
        }
    }

    /// <summary>Reads up to an event of this type.</summary>
    public async Task<JsonNode> EventAsync(string type)
    {
        while (await ReceiveAsync() is { } message)
        {
            var found = JsonNode.Parse(message.Bytes)!;
            if ((string?)found["type"] == type)
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The session was closed before {type}: {Socket.CloseStatus} {Socket.CloseStatusDescription}");
    }

    /// <summary>A turn of the simulator's.</summary>
    public async Task<JsonNode> TurnAsync()
    {
        await SendAsync("""{"type":"response.create"}""");
        return await EventAsync("response.done");
    }

    /// <summary>Reads to the close.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> ClosedAsync()
    {
        while (Socket.State == WebSocketState.Open && await ReceiveAsync() is not null)
        {
        }

        if (Socket.State == WebSocketState.CloseReceived)
        {
            await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        return (Socket.CloseStatus, Socket.CloseStatusDescription);
    }

    public Task CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, string? reason = null) =>
        Socket.CloseAsync(status, reason, CancellationToken.None).WaitAsync(GatewayHarness.Patience);

    public void Dispose() => Socket.Dispose();
}
