using System.Net;
using System.Net.Sockets;
using Lava.Server.Simulation;

namespace Lava.Tests.Server.Simulation;

public sealed class RunTests
{
    [Theory]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("nonsense")]
    public async Task RunAsync_AddressThatMakesNoSense_Returns2(string url)
    {
        using var errors = new StringWriter();
        var options = new SimulatorOptions { Urls = [url] };

        Assert.Equal(2, await ProviderSimulator.RunAsync(options, TextWriter.Null, errors, CancellationToken.None));
        Assert.Contains(url, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_PortTaken_Returns1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var errors = new StringWriter();
        var options = new SimulatorOptions { Urls = [$"http://{listener.LocalEndpoint}"] };

        Assert.Equal(1, await ProviderSimulator.RunAsync(options, TextWriter.Null, errors, CancellationToken.None));
        Assert.NotEmpty(errors.ToString());
    }

    [Fact]
    public async Task RunAsync_Cancelled_Returns0()
    {
        using var end = new CancellationTokenSource();
        using var output = new EndingWriter(end);
        var options = new SimulatorOptions { Urls = ["http://127.0.0.1:0"] };

        Assert.Equal(0, await ProviderSimulator.RunAsync(options, output, TextWriter.Null, end.Token));
    }

    [Fact]
    public void Help_EveryKnobAndFault_IsNamed()
    {
        Assert.All(Faults.All, fault => Assert.Contains(fault.Name, SimulatorHelp.Text, StringComparison.Ordinal));
        Assert.All(KnobTable.All, knob => Assert.Contains("x-sim-" + knob.Header, SimulatorHelp.Text, StringComparison.Ordinal));
        Assert.Equal(Enum.GetValues<Knob>().Length, KnobTable.All.Length);
        Assert.Equal(Enum.GetValues<Fault>().Length - 1, Faults.All.Length);
    }

    /// <summary>Ends the run as soon as it says that it runs.</summary>
    private sealed class EndingWriter(CancellationTokenSource end) : StringWriter
    {
        public override Task WriteLineAsync(string? value) => end.CancelAsync();
    }
}
