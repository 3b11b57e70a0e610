using Lava.Server.Hosting;
using Lava.Testing.Gateway;

namespace Lava.Tests.Server.Hosting;

/// <summary>A stop waits for the workers, but not for one that waits for a silent PostgreSQL.</summary>
public sealed class WorkerGroupTests
{
    private readonly ManualTime _time = new();
    private readonly RecordingLogger _log = new();

    [Fact]
    public async Task Dispose_OneWorkerNeverEnds_ReturnsAtTheLimitAndAllWereToldToEnd()
    {
        var (silent, ends) = (new Worker(), new Worker());
        var group = Group(silent, ends);

        var disposed = group.DisposeAsync().AsTask();
        ends.Ended.SetResult();
        Assert.False(disposed.IsCompleted);
        _time.Advance(WorkerGroup.StopLimit);

        await disposed;
        Assert.True(silent.IsTold && ends.IsTold);
        Assert.StartsWith("1 workers did not end within 10 s", Assert.Single(_log.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_AllEnd_WaitsForTheLastAndThrowsWhatFailed()
    {
        var (slow, fails) = (new Worker(), new Worker());
        var group = Group(fails, slow);

        var disposed = group.DisposeAsync().AsTask();
        fails.Ended.SetException(new TimeoutException("its own"));
        Assert.False(disposed.IsCompleted);
        slow.Ended.SetResult();

        Assert.Empty(_log.Entries);
        Assert.Equal("its own", (await Assert.ThrowsAsync<TimeoutException>(() => disposed)).Message);
    }

    private WorkerGroup Group(params Worker[] workers)
    {
        var group = new WorkerGroup(_time, _log);
        foreach (var worker in workers)
        {
            group.Add(worker);
        }

        return group;
    }

    private sealed class Worker : IAsyncDisposable
    {
        public TaskCompletionSource Ended { get; } = new();

        public bool IsTold { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsTold = true;
            return new ValueTask(Ended.Task);
        }
    }
}
