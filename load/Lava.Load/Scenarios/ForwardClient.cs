using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>Calls a provider through the gateway as apps do: well-behaved ones, slow ones, and ones that hang up.</summary>
internal sealed class ForwardClient(string url) : IDisposable
{
    private const int ReadBytes = 64 * 1024;

    // A slow client takes 1.6 MB a second, and its system buffers little for it.
    private const int SlowReadBytes = 16 * 1024;
    private static readonly TimeSpan SlowWait = TimeSpan.FromMilliseconds(10);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false });
    private readonly HttpMessageInvoker _slow = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = ConnectSlowAsync,
    });

    private readonly Uri _forward = new(url + "/v1/forward?u=" + Uri.EscapeDataString("https://api.openai.com/v1/chat/completions"));

    /// <summary>A call, read to its end.</summary>
    public Task<StepResult> CallAsync(string token, CallBody body) => CallAsync(token, body, HttpStatusCode.OK);

    /// <summary>A call that ends with a status, read to its end.</summary>
    public Task<StepResult> CallAsync(string token, CallBody body, HttpStatusCode expected) =>
        ReadAsync(_http, token, body, ReadBytes, TimeSpan.Zero, expected);

    /// <summary>The same, by a client that takes its time.</summary>
    public Task<StepResult> CallSlowlyAsync(string token, CallBody body) =>
        ReadAsync(_slow, token, body, SlowReadBytes, SlowWait, HttpStatusCode.OK);

    /// <summary>A streamed call, read event by event; it must end as the API says.</summary>
    public async Task<StepResult> StreamAsync(string token, CallBody body)
    {
        using var request = Forward(token, body);
        using var response = await _http.SendAsync(request, CancellationToken.None);
        await using var stream = new ArrivalStream(await response.Content.ReadAsStreamAsync());
        List<StreamEvent> events = [];
        var isDone = false;
        await foreach (var item in SseParser.Create(stream, static (_, data) => OpenAiEvents.Kind(data)).EnumerateAsync())
        {
            _ = long.TryParse(item.EventId, CultureInfo.InvariantCulture, out var writtenAt);
            events.Add(new StreamEvent(stream.LastReadAt, writtenAt, item.Data == OpenAiEventKind.Content));
            isDone = item.Data == OpenAiEventKind.Done;
        }

        var isOk = response.StatusCode == HttpStatusCode.OK;
        return new StepResult(isOk && isDone, isOk && !isDone ? "cut off" : Status(response), events);
    }

    /// <summary>A streamed call that is left after its first bytes.</summary>
    public async Task<StepResult> LeaveAsync(string token, CallBody body)
    {
        using var request = Forward(token, body);
        using var response = await _http.SendAsync(request, CancellationToken.None);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var read = await stream.ReadAsync(new byte[1]);
        return new StepResult(read > 0 && response.StatusCode == HttpStatusCode.OK, "left");
    }

    public void Dispose()
    {
        _http.Dispose();
        _slow.Dispose();
    }

    private async Task<StepResult> ReadAsync(
        HttpMessageInvoker http, string token, CallBody body, int readBytes, TimeSpan wait, HttpStatusCode expected)
    {
        using var request = Forward(token, body);
        using var response = await http.SendAsync(request, CancellationToken.None);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = ArrayPool<byte>.Shared.Rent(readBytes);
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(0, readBytes)) > 0)
            {
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new StepResult(response.StatusCode == expected, Status(response));
    }

    private HttpRequestMessage Forward(string token, CallBody body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _forward) { Content = new ByteArrayContent(body.Bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in body.Knobs)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static async ValueTask<Stream> ConnectSlowAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveBufferSize = SlowReadBytes,
        };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Status(HttpResponseMessage response) => ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
}
