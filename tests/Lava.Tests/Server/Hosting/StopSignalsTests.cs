using Lava.Server.Hosting;

namespace Lava.Tests.Server.Hosting;

public sealed class StopSignalsTests
{
    [Fact]
    public void Take_FirstAndSecond_StopAndHurry()
    {
        using var signals = new StopSignals();

        signals.Take();
        Assert.True(signals.Stop.IsCancellationRequested);
        Assert.False(signals.Hurry.IsCancellationRequested);

        signals.Take();
        Assert.True(signals.Hurry.IsCancellationRequested);
    }
}
