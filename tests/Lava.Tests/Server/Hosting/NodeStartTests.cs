using Lava.Postgres;
using Lava.Server.Hosting;

namespace Lava.Tests.Server.Hosting;

public sealed class NodeStartTests
{
    private readonly RushedTime _time = new();
    private readonly NodeState _state = new();
    private readonly List<string> _told = [];
    private readonly NodeStart _start;

    public NodeStartTests() => _start = new NodeStart(_state, _told.Add, _time);

    [Fact]
    public async Task Run_PostgresIsThere_SaysNothing()
    {
        Assert.Equal(7, await _start.RunAsync(_ => Task.FromResult(7), CancellationToken.None));

        Assert.Empty(_told);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task Run_PostgresIsAway_TriesEverLessOftenUpToABound()
    {
        await RunAsync(failures: 8);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 5, 5, 5], _time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Run_PostgresIsAway_SaysSoAtOnceAndNowAndThen()
    {
        await RunAsync(failures: 1);
        Assert.Equal(["waiting for PostgreSQL: db:5432: refused"], _told);
        Assert.Equal(_told[0], _state.Hindrance);

        // 7.75 s to the fifth pause, then every 5 s: 100 s in all.
        _told.Clear();
        await RunAsync(failures: 24);
        Assert.Equal(4, _told.Count);
    }

    [Fact]
    public async Task Run_AnotherFailure_PassesThrough()
    {
        await Assert.ThrowsAsync<DatabaseRefusedException>(
            () => _start.RunAsync<int>(_ => throw new DatabaseRefusedException("wrong password"), CancellationToken.None));

        Assert.Empty(_told);
    }

    [Fact]
    public async Task Run_Cancelled_EndsTheWait()
    {
        using var stop = new CancellationTokenSource();
        var start = new NodeStart(_state, _ => stop.Cancel(), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => start.RunAsync<int>(_ => throw new StoreUnavailableException("away"), stop.Token));
    }

    private Task<int> RunAsync(int failures) => _start.RunAsync(
        _ => failures-- > 0 ? throw new StoreUnavailableException("db:5432: refused") : Task.FromResult(7), CancellationToken.None);

    /// <summary>A clock on which every wait is over at once.</summary>
    private sealed class RushedTime : TimeProvider
    {
        private long _ticks;

        public List<TimeSpan> Pauses { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            _ticks += dueTime.Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
