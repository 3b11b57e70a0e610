using Lava.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Lava.Tests.Server.Hosting;

public sealed class FlusherWatchTests
{
    private readonly RecordingLogger _log = new();
    private readonly FlusherWatch _watch;

    public FlusherWatchTests() => _watch = new FlusherWatch(_log);

    [Fact]
    public void Look_NothingChanges_SaysNothing()
    {
        _watch.Look(null, 0);
        _watch.Look(null, 0);

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void Look_AwayAndBack_SaysEachOnce()
    {
        _watch.Look(new IOException("no route"), 0);
        _watch.Look(new IOException("no route"), 0);
        _watch.Look(null, 0);
        _watch.Look(null, 0);
        _watch.Look(new IOException("again"), 0);

        Assert.Equal([LogLevel.Warning, LogLevel.Information, LogLevel.Warning], _log.Levels);
        Assert.Contains("no route", _log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Look_RejectedRecordsRise_SaysEachRise()
    {
        _watch.Look(null, 2);
        _watch.Look(null, 2);
        _watch.Look(null, 5);

        Assert.Equal([LogLevel.Error, LogLevel.Error], _log.Levels);
        Assert.Contains("3 records, 5 since", _log.Entries[1].Message, StringComparison.Ordinal);
    }
}
