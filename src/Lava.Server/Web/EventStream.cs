using System.Buffers;
using System.Text;

namespace Lava.Server.Web;

/// <summary>
/// Events that one browser waits for (https://html.spec.whatwg.org/multipage/server-sent-events.html). Written by one at a time.
/// </summary>
internal sealed class EventStream
{
    /// <summary>
    /// A stream that says nothing for so long says that it is alive: proxies keep it open, a lost browser is noticed here and a lost
    /// server there. A comment would not be told to the page.
    /// </summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    // How long a browser waits before it opens the next one.
    private const int RetryMs = 3_000;

    private readonly HttpContext _http;
    private readonly Func<Task<bool>> _goesOn;
    private readonly TimeProvider _time;
    private readonly CancellationToken _end;
    private readonly long _startedAt;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long _spokenAt;
    private long _askedAt;

    private EventStream(HttpContext http, Func<Task<bool>> goesOn, TimeProvider time, CancellationToken end)
    {
        (_http, _goesOn, _time, _end) = (http, goesOn, time, end);
        _startedAt = _spokenAt = _askedAt = time.GetTimestamp();
    }

    /// <summary>When the browser has gone, or the server stops.</summary>
    public CancellationToken End => _end;

    /// <summary>What is told beside the stream's own events, at the end of each wait; null: nothing.</summary>
    public Func<Task>? Beside { get; set; }

    /// <summary>Sends the headers, so that the browser knows it is connected.</summary>
    public static async Task<EventStream> OpenAsync(
        HttpContext http, Func<Task<bool>> goesOn, TimeProvider time, CancellationToken end)
    {
        var stream = new EventStream(http, goesOn, time, end);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";

        // nginx would keep the events until it has some kilobytes of them.
        http.Response.Headers["x-accel-buffering"] = "no";
        await stream.WriteAsync($"retry: {RetryMs}\n\n");
        return stream;
    }

    /// <summary>Sends an event.</summary>
    /// <param name="name">What kind.</param>
    /// <param name="data">JSON without line breaks.</param>
    public async Task SendAsync(string name, ReadOnlyMemory<byte> data)
    {
        _buffer.ResetWrittenCount();
        Encoding.UTF8.GetBytes($"event: {name}\ndata: ", _buffer);
        _buffer.Write(data.Span);
        _buffer.Write("\n\n"u8);
        await FlushAsync();
    }

    /// <summary>Waits; false: the stream has lasted long enough, or its session has ended.</summary>
    /// <exception cref="OperationCanceledException">The browser has gone, or the server stops.</exception>
    public async Task<bool> NextAsync(TimeSpan interval)
    {
        await Task.Delay(interval, _time, _end);
        if (_time.GetElapsedTime(_startedAt) >= EventStreams.LifeMax)
        {
            return false;
        }

        await (Beside?.Invoke() ?? Task.CompletedTask);
        if (_time.GetElapsedTime(_spokenAt) >= SilenceMax)
        {
            await WriteAsync("event: alive\ndata: {}\n\n");
        }

        if (_time.GetElapsedTime(_askedAt) < SilenceMax)
        {
            return true;
        }

        _askedAt = _time.GetTimestamp();
        return await _goesOn();
    }

    private Task WriteAsync(string text)
    {
        _buffer.ResetWrittenCount();
        Encoding.UTF8.GetBytes(text, _buffer);
        return FlushAsync();
    }

    private async Task FlushAsync()
    {
        await _http.Response.Body.WriteAsync(_buffer.WrittenMemory, _end);
        await _http.Response.Body.FlushAsync(_end);
        _spokenAt = _time.GetTimestamp();
    }
}
