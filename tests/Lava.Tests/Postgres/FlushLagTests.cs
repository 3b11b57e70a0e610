using Lava.Postgres;
using Lava.Testing.Gateway;
using Lava.Testing.Postgres;

namespace Lava.Tests.Postgres;

public sealed class FlushLagTests
{
    private readonly ManualTime _time = new();
    private readonly UsageRecordBatch _batch = new();

    [Fact]
    public void Age_NothingIsMissing_IsZero()
    {
        var lag = new FlushLag(_time, isBehind: false);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.Zero, lag.Age);
    }

    [Fact]
    public void Age_TailWasNotReadYet_CountsFromTheStart()
    {
        var lag = new FlushLag(_time, isBehind: true);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(3), lag.Age);
    }

    [Fact]
    public void Age_BatchWasTaken_IsThatOfItsFirstCall()
    {
        var lag = new FlushLag(_time, isBehind: false);
        Take(lag, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(62), lag.Age);
    }

    [Fact]
    public void Applied_OthersAreDurable_CountsFromWhenTheBatchWasRead()
    {
        var lag = new FlushLag(_time, isBehind: false);
        Take(lag, TimeSpan.FromSeconds(60));
        var readAt = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(2));

        lag.Applied(_batch, readAt, isBehind: true);
        Assert.Equal(TimeSpan.FromSeconds(2), lag.Age);

        lag.Applied(_batch, readAt, isBehind: false);
        Assert.Equal(TimeSpan.Zero, lag.Age);
    }

    [Fact]
    public void Applied_Batches_AreCountedByLag()
    {
        var lag = new FlushLag(_time, isBehind: false);
        foreach (var milliseconds in new[] { 1, 25, 26, 240, 7_300_000 })
        {
            Take(lag, TimeSpan.FromMilliseconds(milliseconds));
            lag.Applied(_batch, _time.GetUtcNow(), isBehind: false);
        }

        _batch.Clear();
        lag.Applied(_batch, _time.GetUtcNow(), isBehind: false);

        Assert.Equal([2, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1], Enumerable.Range(0, FlushLag.Bounds.Count + 1).Select(lag.CountOf));
        Assert.Equal(TimeSpan.FromMilliseconds(7_300_000), lag.Max);
        Assert.Equal(TimeSpan.FromMilliseconds(7_300_292), lag.Sum);
    }

    [Fact]
    public void Age_ClockIsSetBack_IsNotNegative()
    {
        var lag = new FlushLag(_time, isBehind: false);
        Take(lag, TimeSpan.FromSeconds(-5));

        Assert.Equal(TimeSpan.Zero, lag.Age);
    }

    private void Take(FlushLag lag, params TimeSpan[] ages)
    {
        _batch.Clear();
        foreach (var age in ages)
        {
            var record = new Books(null!).Record(Guid.Empty, 1, 0);
            record.CompletedAtMicros = (_time.GetUtcNow() - age - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            _batch.Add(record, _batch.Count + 1);
        }

        lag.Taken(_batch);
    }
}
