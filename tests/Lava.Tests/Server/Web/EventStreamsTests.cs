using System.Text;
using Lava.Core;
using Lava.Server.Web;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Server.Web;

/// <summary>Streams of events: what is written, how many there may be, and when they end.</summary>
public sealed class EventStreamsTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly EventStreams _streams;

    public EventStreamsTests() => _streams = new EventStreams(_stop.Token, _time);

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Send_Event_IsWrittenAsBrowsersReadIt()
    {
        var (http, body) = Request();

        await _streams.RunAsync(http, Session(1), Yes, stream => stream.SendAsync("points", "{\"a\":1}"u8.ToArray()));

        Assert.Equal("retry: 3000\n\nevent: points\ndata: {\"a\":1}\n\n", Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal(("text/event-stream", "no-store"), (http.Response.ContentType, http.Response.Headers.CacheControl.ToString()));
        Assert.Equal(0, _streams.Open);
    }

    [Fact]
    public async Task Run_MoreThanASessionMayHave_Is429()
    {
        var open = Enumerable.Range(0, EventStreams.SessionStreamsMax).Select(_ => OpenAsync(Session(1))).ToArray();
        var (refused, _) = Request();
        await _streams.RunAsync(refused, Session(1), Yes, _ => throw new InvalidOperationException("It is full."));
        Assert.Equal(StatusCodes.Status429TooManyRequests, refused.Response.StatusCode);
        var others = Enumerable.Range(EventStreams.SessionStreamsMax, EventStreams.StreamsMax - EventStreams.SessionStreamsMax)
            .Select(i => OpenAsync(Session(i))).ToArray();
        var (last, _) = Request();
        await _streams.RunAsync(last, Session(999), Yes, _ => throw new InvalidOperationException("It is full."));
        Assert.Equal(StatusCodes.Status429TooManyRequests, last.Response.StatusCode);
        Assert.Equal(EventStreams.StreamsMax, _streams.Open);

        await _stop.CancelAsync();

        await Task.WhenAll([.. open, .. others]);
        Assert.Equal(0, _streams.Open);
    }

    [Fact]
    public async Task Next_Silence_IsBrokenByAComment()
    {
        var (http, body) = Request();
        var waits = 0;
        var running = _streams.RunAsync(http, Session(1), Yes, async stream =>
        {
            while (await stream.NextAsync(Interval))
            {
                waits++;
            }
        });
        _time.Advance(EventStream.SilenceMax);
        Assert.EndsWith("\n\nevent: alive\ndata: {}\n\n", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        _time.Advance(EventStreams.LifeMax);
        await running.WaitAsync(GatewayHarness.Patience);
        Assert.Equal(1, waits);
    }

    [Fact]
    public async Task Next_SessionHasEnded_EndsTheStream()
    {
        var (http, _) = Request();
        var isThere = true;
        var running = _streams.RunAsync(http, Session(1), () => Task.FromResult(isThere), async stream =>
        {
            while (await stream.NextAsync(Interval))
            {
                await stream.SendAsync("points", "{}"u8.ToArray());
            }
        });
        _time.Advance(EventStream.SilenceMax);
        Assert.False(running.IsCompleted);
        isThere = false;
        _time.Advance(EventStream.SilenceMax);
        await running.WaitAsync(GatewayHarness.Patience);
    }

    [Fact]
    public async Task Run_BrowserGoes_EndsWithoutAFault()
    {
        using var gone = new CancellationTokenSource();
        var (http, _) = Request();
        http.RequestAborted = gone.Token;
        var running = _streams.RunAsync(http, Session(1), Yes, stream => stream.NextAsync(Interval));
        await gone.CancelAsync();
        await running.WaitAsync(GatewayHarness.Patience);
        Assert.Equal(0, _streams.Open);
    }

    private static Task<bool> Yes() => Task.FromResult(true);

    private static UInt256 Session(int number) => UInt256.Sha256(BitConverter.GetBytes(number));

    private static (DefaultHttpContext Http, MemoryStream Body) Request()
    {
        var body = new MemoryStream();
        var http = new DefaultHttpContext();
        http.Response.Body = body;
        return (http, body);
    }

    private Task OpenAsync(UInt256 session)
    {
        var (http, _) = Request();
        return _streams.RunAsync(http, session, Yes, stream => stream.NextAsync(Interval));
    }
}
