using System.Diagnostics;
using System.Text;
using Lava.Gateway;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>
/// As many calls at once as there may be, without sockets (a process seldom has the 80,000 files), in a process that does nothing
/// else: the figures are the process's.
/// </summary>
[Collection(AllocationCollection.Name)]
public sealed class FullHouseTests
{
    private const int House = GatewayLimits.ConcurrentCalls;
    private const int Beyond = 2_000;

    // Twenty thousand calls at once in code that was never run wait for the compiler, not for the gateway.
    private const int WarmUp = 1_000;

    // Noise of the runtime; one kilobyte kept of each call would be 20 MB.
    private const long AllowedGrowth = 4 * 1024 * 1024;

    // 2.5 ms each on a machine that is busy; idle it takes some microseconds.
    private static readonly TimeSpan RefusalsLimit = TimeSpan.FromSeconds(5);
    private readonly StalledProvider _provider = new();

    [Fact]
    public async Task Calls_MoreThanTheHouseHolds_AreRefusedAtOnceAndTheOthersFinish()
    {
        await using var gateway = await GatewayHarness.StartAsync(new GatewaySetup { UpstreamClient = _ => _provider.CreateClient() });
        for (var i = 0; i < WarmUp; i++)
        {
            await CallAsync(gateway);
        }

        var first = await FillAsync(gateway);
        var second = await FillAsync(gateway);

        Assert.InRange(second - first, long.MinValue, AllowedGrowth);
        Assert.Equal(WarmUp + (2 * House), Ledger.AssertBalanced(gateway).Count);
        Assert.Equal(2 * Beyond, gateway.Metrics.Refused);
    }

    /// <summary>Fills the house, is refused, lets all finish; the memory that is in use then.</summary>
    private async Task<long> FillAsync(GatewayHarness gateway)
    {
        var goOn = _provider.Stall();
        var calls = Enumerable.Range(0, House).Select(_ => CallAsync(gateway)).ToArray();
        Assert.Equal(House, gateway.Pipeline.InFlight);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Beyond; i++)
        {
            var response = await CallAsync(gateway);
            Assert.Equal((StatusCodes.Status503ServiceUnavailable, "1"), (response.StatusCode, response.Headers.RetryAfter.ToString()));
        }

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, RefusalsLimit);
        Assert.Equal(House, gateway.Pipeline.InFlight);
        Assert.DoesNotContain(calls, call => call.IsCompleted);

        goOn.SetResult();
        foreach (var call in calls)
        {
            Assert.Equal(StatusCodes.Status200OK, (await call.WaitAsync(GatewayHarness.Patience)).StatusCode);
        }

        Array.Clear(calls);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task<HttpResponse> CallAsync(GatewayHarness gateway)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = HttpMethods.Post;
        http.Request.Path = GatewayPipeline.Path;
        http.Request.QueryString = new QueryString("?u=" + GatewayHarness.Chat);
        http.Request.Headers.Authorization = "Bearer " + TestAccounts.Token();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(Bodies.Chat));
        http.Response.Body = Stream.Null;
        await gateway.Pipeline.InvokeAsync(http);
        return http.Response;
    }

    private sealed class StalledProvider
    {
        private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Bodies.Answer.Length}\r\n\r\n{Bodies.Answer}");

        private Task _goOn = Task.CompletedTask;

        public TaskCompletionSource Stall()
        {
            var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _goOn = goOn.Task;
            return goOn;
        }

        public UpstreamClient CreateClient() =>
            new((_, _) => new ValueTask<UpstreamTransport>(new Connection(this)), new UpstreamOptions(), TimeProvider.System);

        private sealed class Connection(StalledProvider provider) : UpstreamTransport
        {
            public override ValueTask SendAsync(ReadOnlyMemory<byte> memory) => default;

            public override async ValueTask<int> ReceiveAsync(Memory<byte> memory)
            {
                await provider._goOn;
                Answer.CopyTo(memory);
                return Answer.Length;
            }

            public override bool IsQuiet() => true;

            public override Stream Open() => throw new NotSupportedException();

            public override void Abort()
            {
            }

            public override void Dispose()
            {
            }
        }
    }
}
