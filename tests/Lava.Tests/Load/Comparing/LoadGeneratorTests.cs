using Lava.Load.Comparing;

namespace Lava.Tests.Load.Comparing;

/// <summary>Load generator and lean provider against each other, over real sockets.</summary>
public sealed class LoadGeneratorTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly LeanProvider _provider = new(port: 0);
    private readonly Task _serving;

    public LoadGeneratorTests() =>
        _serving = Task.Factory.StartNew(() => _provider.Run(_stop.Token), TaskCreationOptions.LongRunning);

    public void Dispose()
    {
        _stop.Cancel();
        _serving.GetAwaiter().GetResult();
        _provider.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void Run_ClosedLoop_AllAreAnswered()
    {
        var result = LoadGenerator.Run(Json() with { Connections = 4 }, streamed: false, _stop.Token);
        Assert.Equal((0, null), (result.Failed, result.Failure));
        Assert.InRange(result.Answered, 5, long.MaxValue);
        Assert.Equal(result.Answered, result.Latency.Count);
    }

    [Fact]
    public void Run_OpenLoop_SendsWhatFallsDueAndNoMore()
    {
        var result = LoadGenerator.Run(Json() with { Connections = 4, Rate = 500 }, streamed: false, _stop.Token);

        // 0.2 s at 500/s, the one at the very end included.
        Assert.InRange(result.Answered, 100, 101);
        Assert.Equal(0, result.Failed);
    }

    [Fact]
    public void Run_OtherLengthThanExpected_Fails()
    {
        var result = LoadGenerator.Run(Json() with { BodyBytes = 7 }, streamed: false, _stop.Token);
        Assert.Equal((0, 1), (result.Answered, result.Failed));
        Assert.Contains("status 200", result.Failure);
    }

    [Fact]
    public void Run_Streams_EachEventIsMeasured()
    {
        const int Events = 5;
        const int Streams = 3;
        var plan = Json() with
        {
            Requests = [Request(LoadRequests.Stream(Events, TimeSpan.FromMilliseconds(2)))],
            BodyBytes = ProviderAnswers.StreamBodyBytes(Events),
            Connections = Streams,
            Once = true,
        };
        var result = LoadGenerator.Run(plan, streamed: true, _stop.Token);
        Assert.Equal((Streams, 0, null), (result.Answered, result.Failed, result.Failure));
        Assert.Equal((Streams, Streams * (Events - 1)), (result.FirstEvent.Count, result.Gap.Count));

        // The provider's own 2 ms are not in it.
        Assert.True(result.Latency.Percentile(0.01) >= TimeSpan.FromMilliseconds(2 * Events));
    }

    [Fact]
    public void Bodies_OfRequestAndAnswer_AreOneKilobyte()
    {
        Assert.Equal(1024, LoadRequests.Json().Length);
        Assert.Equal(1024, LoadRequests.Stream(25, TimeSpan.FromMilliseconds(20)).Length);
        Assert.Equal(1024, ProviderAnswers.JsonBodyBytes);
    }

    private LoadPlan Json() => new()
    {
        Address = _provider.Address,
        Requests = [Request(LoadRequests.Json())],
        BodyBytes = ProviderAnswers.JsonBodyBytes,
        Connections = 1,
        During = TimeSpan.FromMilliseconds(200),
    };

    private byte[] Request(string body) => LoadRequests.Write(_provider.Address, LoadRequests.ProviderPath, "sk-load", body);
}
