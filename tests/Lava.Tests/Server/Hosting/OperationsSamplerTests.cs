using Lava.Gateway;
using Lava.Server.Hosting;

namespace Lava.Tests.Server.Hosting;

public sealed class OperationsSamplerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);
    private readonly LatencyHistogram _added = new();
    private readonly SetTime _time = new();
    private readonly OperationsSampler _sampler;
    private long _calls;

    public OperationsSamplerTests() =>
        _sampler = new OperationsSampler(values => values[(int)OperationsValue.Calls] = _calls, _added, new LatencyHistogram(), _time);

    [Fact]
    public void Sample_ForSevenHours_KeepsAQuarterOfAnHourAndSixHours()
    {
        const int Seconds = 7 * 3_600;
        Run(Seconds, callsEach: 3);

        var recent = _sampler.Recent.ToList();
        var all = _sampler.Long.ToList();
        Assert.Equal(900, recent.Count);
        Assert.Equal(1_440, all.Count);
        Assert.Equal(_sampler.Latest, recent[^1]);
        Assert.Equal(Start.AddSeconds(Seconds), recent[^1].At);
        Assert.Equal(TimeSpan.FromSeconds(899), recent[^1].At - recent[0].At);
        Assert.Equal(TimeSpan.FromSeconds(15 * 1_439), all[^1].At - all[0].At);
        Assert.Equal(3, recent[^1].RateSince(recent[0], OperationsValue.Calls), precision: 6);
    }

    [Fact]
    public void Sample_Quantiles_AreThoseOfTheLastMinute()
    {
        Run(10, callsEach: 1, micros: 1_000_000);
        Assert.InRange(_sampler.Latest![OperationsValue.AddedP50], 1_000_000, 1_062_500);
        Run(59, callsEach: 1, micros: 100);
        var latest = _sampler.Latest!;
        Assert.InRange(latest[OperationsValue.AddedP50], 100, 106);
        Assert.InRange(latest[OperationsValue.AddedP99], 1_000_000, 1_062_500);

        // The slow ones are older than a minute now.
        Run(10, callsEach: 1, micros: 100);
        Assert.InRange(_sampler.Latest![OperationsValue.AddedP999], 100, 106);
        Run(61, callsEach: 0);
        Assert.Equal(0, _sampler.Latest![OperationsValue.AddedP50]);
    }

    [Fact]
    public void RateSince_OfACounterThatBeganAnew_IsNotNegative()
    {
        Run(2, callsEach: 5);
        _calls = 0;
        Run(1, callsEach: 0);
        var samples = _sampler.Recent.ToList();
        Assert.Equal(0, samples[^1].RateSince(samples[0], OperationsValue.Calls));
        Assert.Equal(0, samples[^1].RateSince(null, OperationsValue.Calls));
    }

    private void Run(int seconds, int callsEach, long micros = 200)
    {
        for (var i = 0; i < seconds; i++)
        {
            for (var call = 0; call < callsEach; call++)
            {
                _calls++;
                _added.Record(micros);
            }

            _time.Now += OperationsSampler.Interval;
            _sampler.Sample();
        }
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
