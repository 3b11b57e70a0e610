using FsCheck;
using FsCheck.Fluent;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Limits;
using Lava.Metering;

namespace Lava.Tests.Gateway.Limits;

/// <summary>Random lives of calls over days and months, against sums of integers.</summary>
public sealed class LimitModelTests
{
    private const int Runs = 300;
    private const int CallsAtOnce = 4;
    private static readonly DateTimeOffset Begin = new(2026, 1, 29, 20, 0, 0, TimeSpan.Zero);

    private static readonly UsageLimit[] Limits =
    [
        LimitCountersTests.Limit(LimitUnit.Tokens, LimitCycle.Daily, 60),
        LimitCountersTests.Limit(LimitUnit.Requests, LimitCycle.Weekly, 12),
        LimitCountersTests.Limit(LimitUnit.Spend, LimitCycle.Monthly, 150),
        LimitCountersTests.Limit(LimitUnit.Tokens, LimitCycle.Total, 400),
    ];

    private enum Deed
    {
        Hold,
        Settle,
        Release,
        Wait,
    }

    [Fact]
    public void Lives_Random_TakeWhatTheModelSays()
    {
        var step = from deed in Gen.Frequency(
                       (6, Gen.Constant(Deed.Hold)), (4, Gen.Constant(Deed.Settle)), (2, Gen.Constant(Deed.Release)),
                       (2, Gen.Constant(Deed.Wait)))
                   from place in Gen.Choose(0, CallsAtOnce - 1)
                   from amount in Gen.Choose(0, 40)
                   select new Step(deed, place, amount);
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Arb.From(step).Array(), Live));
    }

    private static void Live(Step[] steps)
    {
        var limits = new LimitCounters();
        var calls = new (GatewayCall Call, LimitUse Held)?[CallsAtOnce];
        List<(DateOnly Day, LimitUse Use)> ended = [];
        var now = Begin;
        foreach (var (deed, place, amount) in steps)
        {
            if (deed == Deed.Wait)
            {
                now = now.AddHours(amount);
            }
            else if (deed == Deed.Hold && calls[place] is null)
            {
                var call = LimitCountersTests.Call(Limits, now);
                var most = new LimitUse(1, amount, amount * 2);
                var fits = Limits.All(limit =>
                    Taken(limit) is var taken && taken < limit.Amount && taken + most[limit.Unit] <= limit.Amount);
                Assert.Equal(fits, limits.Hold(call, most) is null);
                calls[place] = fits ? (call, most) : null;
            }
            else if (deed == Deed.Settle && calls[place] is { } open)
            {
                var record = open.Call.Record;
                record.Usage = new Usage { OutputTokens = amount };
                record.Charge = record.Debit = new Money(amount + 3);
                limits.Settle(open.Call);
                ended.Add((Day(open.Call), new LimitUse(1, amount, amount + 3)));
                calls[place] = null;
            }
            else if (deed == Deed.Release && calls[place] is { } dropped)
            {
                dropped.Call.Limits!.Release();
                calls[place] = null;
            }

            Assert.All(Limits, limit => Assert.Equal(
                Taken(limit), limits.Used(Guid.Parse("00000000-0000-0000-0000-0000000000c1"), limit, Start(limit))));
        }

        // Of the present time: what has ended in it, and what runs and holds there.
        long Taken(UsageLimit limit) =>
            ended.Where(call => StartOf(limit, call.Day) == Start(limit)).Sum(call => call.Use[limit.Unit])
            + calls.Where(call => call is { } open && StartOf(limit, Day(open.Call)) == Start(limit))
                .Sum(call => call!.Value.Held[limit.Unit]);
        DateOnly Start(UsageLimit limit) => StartOf(limit, DateOnly.FromDateTime(now.UtcDateTime));
    }

    private static DateOnly Day(GatewayCall call) => LimitPeriod.DayOf(call.Record.CreatedAtMicros);

    private static DateOnly StartOf(UsageLimit limit, DateOnly day) => LimitPeriod.StartOf(limit.Cycle, day, default);

    private sealed record Step(Deed Deed, int Place, int Amount);
}
