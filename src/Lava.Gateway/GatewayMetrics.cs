using Lava.Core;
using Lava.Metering;

namespace Lava.Gateway;

/// <summary>
/// Counters of the data plane, for <c>/metrics</c>. Plain interlocked numbers: a meter listener would cost more than the call's own
/// work.
/// </summary>
public sealed class GatewayMetrics
{
    private long _calls;
    private long _refused;
    private long _completed;
    private long _errors;
    private long _partial;
    private long _unknown;
    private long _progress;
    private readonly long[] _reasons = new long[(int)UsageReason.Unreadable + 1];
    private long _debited;
    private long _ceiling;
    private long _streams;

    /// <summary>The gateway's own share of each settled call.</summary>
    public LatencyHistogram Added { get; } = new();

    /// <summary>From a call's arrival to the first byte of its answer.</summary>
    public LatencyHistogram FirstByte { get; } = new();

    /// <summary>Streamed answers and sessions that go on.</summary>
    public long Streams => Volatile.Read(ref _streams);

    /// <summary>Calls that came in.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Calls answered by the gateway itself, with an error.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Calls settled as completed.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Calls settled as errors.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Settlements whose usage was partly estimated.</summary>
    public long Partial => Volatile.Read(ref _partial);

    /// <summary>Settlements without any usage.</summary>
    public long Unknown => Volatile.Read(ref _unknown);

    /// <summary>Settlements whose usage is not exact, for this reason.</summary>
    public long Inexact(UsageReason reason) => Volatile.Read(ref _reasons[(int)reason]);

    /// <summary>Records of calls that go on.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>Calls of models without a price, at a merchant's ceiling.</summary>
    public long CeilingPriced => Volatile.Read(ref _ceiling);

    /// <summary>Money taken from wallets.</summary>
    public Money Debited => new(Volatile.Read(ref _debited));

    internal void Called() => Interlocked.Increment(ref _calls);

    internal void Refuse() => Interlocked.Increment(ref _refused);

    internal void PricedByCeiling() => Interlocked.Increment(ref _ceiling);

    internal void StreamBegan() => Interlocked.Increment(ref _streams);

    internal void StreamEnded() => Interlocked.Decrement(ref _streams);

    internal void Progressed() => Interlocked.Increment(ref _progress);

    internal void Settled(UsageRecord record)
    {
        Interlocked.Increment(ref record.Status == RequestStatus.Completed ? ref _completed : ref _errors);
        if (record.Usage.Certainty == UsageCertainty.Partial)
        {
            Interlocked.Increment(ref _partial);
        }
        else if (record.Usage.Certainty == UsageCertainty.Unknown)
        {
            Interlocked.Increment(ref _unknown);
        }

        if (record.Usage.Reason != UsageReason.None)
        {
            Interlocked.Increment(ref _reasons[(int)record.Usage.Reason]);
        }

        Interlocked.Add(ref _debited, record.Debit.Units);
        if (record.AddedMicros > 0)
        {
            Added.Record(record.AddedMicros);
        }

        if (record.TimeToFirstByteMicros > 0)
        {
            FirstByte.Record(record.TimeToFirstByteMicros);
        }
    }
}
