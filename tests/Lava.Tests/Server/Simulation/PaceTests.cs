namespace Lava.Tests.Server.Simulation;

/// <summary>On a clock that only waiting moves; the fixture's simulator serves these tests alone, one after the other.</summary>
public sealed class PaceTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task Stream_Paced_WaitsBetweenChunksAndInAllAsLongAsTheWordsTake()
    {
        var before = simulator.Waits.Count;
        await simulator.TextAsync(SimulatorFixture.Chat, """{"model":"m+tokens=50+chunk=5+tps=100","messages":[],"stream":true}""");

        var waits = simulator.Waits.Skip(before).ToList();
        Assert.Equal(10, waits.Count);
        Assert.All(waits, wait => Assert.Equal(TimeSpan.FromMilliseconds(50), wait));
    }

    [Fact]
    public async Task Post_Latency_WaitsOnceBeforeTheAnswer()
    {
        var before = simulator.Waits.Count;
        await simulator.TextAsync(SimulatorFixture.Chat, """{"model":"m+latency=250","messages":[]}""");

        Assert.Equal([TimeSpan.FromMilliseconds(250)], simulator.Waits.Skip(before));
    }

    [Fact]
    public async Task Stream_Unpaced_NeverWaits()
    {
        var before = simulator.Waits.Count;
        await simulator.TextAsync(SimulatorFixture.Chat, """{"model":"m+tokens=500","messages":[],"stream":true}""");

        Assert.Equal(before, simulator.Waits.Count);
    }

    [Fact]
    public async Task Stream_Stamped_EachEventSaysWhenItWasWritten()
    {
        var text = await simulator.TextAsync(
            SimulatorFixture.Chat, """{"model":"m+tokens=3+tps=100+stamp=1","messages":[],"stream":true}""");

        // Opening and first word at once, two words 10 ms apart, the finish 10 ms later, the end with it.
        var stamps = text.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => long.Parse(line[4..]))
            .ToArray();
        Assert.Equal([0, 0, 10, 20, 30, 30], stamps.Select(stamp => (stamp - stamps[0]) / TimeSpan.TicksPerMillisecond));
    }
}
