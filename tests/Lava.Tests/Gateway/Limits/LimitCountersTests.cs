using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Authentication;
using Lava.Gateway.Limits;
using Lava.Gateway.Relay;
using Lava.Metering;

namespace Lava.Tests.Gateway.Limits;

/// <summary>What is taken of limits, and what of it stays.</summary>
public sealed class LimitCountersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Subject = Guid.Parse("00000000-0000-0000-0000-0000000000c1");
    private static readonly Guid Key = Guid.Parse("00000000-0000-0000-0000-0000000000d1");
    private readonly LimitCounters _limits = new();

    [Fact]
    public void Hold_UpToTheLimit_TheNextIsRefusedAndTold()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Daily, 100)];
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 60, 0)));
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 40, 0)));

        var refused = _limits.Hold(Call(limits), new LimitUse(1, 1, 0));

        Assert.Equal(
            new LimitRefusal(
                Subject, limits[0], 100, 1, new DateOnly(2026, 5, 15), new DateTimeOffset(2026, 5, 16, 0, 0, 0, TimeSpan.Zero)),
            refused);
    }

    [Fact]
    public void Hold_NothingKnown_PassesBelowTheLimitAlone()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Total, 10)];
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 9, 0)));
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 0, 0)));
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 1, 0)));
        Assert.NotNull(_limits.Hold(Call(limits), new LimitUse(1, 0, 0)));
        Assert.Null(_limits.Hold(Call(limits), LimitUse.OneRequest));
    }

    [Fact]
    public void Hold_SecondLimitRefuses_TheFirstIsAsBefore()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Daily, 100), Limit(LimitUnit.Requests, LimitCycle.Monthly, 1)];
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 10, 0)));

        var refused = _limits.Hold(Call(limits), new LimitUse(1, 10, 0));

        Assert.Equal(LimitUnit.Requests, refused?.Limit.Unit);
        Assert.Equal(10, Used(limits[0]));
        Assert.Equal(1, Used(limits[1]));
    }

    [Fact]
    public void Hold_KeysLimitRefuses_TheCustomersIsAsBefore()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Requests, LimitCycle.Daily, 100)];
        var limit = new UsageLimit(LimitUnit.Spend, LimitCycle.Total, 50, LimitScope.SpendKey);

        var refused = _limits.Hold(Call(limits, key: [limit]), new LimitUse(1, 0, 51));

        Assert.Equal((Key, limit, 51, null), (refused!.Subject, refused.Limit, refused.Required, refused.ResetsAt));
        Assert.Equal(0, Used(limits[0]));
    }

    [Fact]
    public void Settle_CustomerNotBilled_TheKeyAloneSpends()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Spend, LimitCycle.Daily, 5)];
        var key = new UsageLimit(LimitUnit.Spend, LimitCycle.Daily, 100, LimitScope.SpendKey);
        var call = Call(limits, key: [key]);
        call.Record.Billed = false;
        Assert.Null(_limits.Hold(call, new LimitUse(1, 10, 90)));

        (call.Record.Charge, call.Record.Debit) = (new Money(70), new Money(30));
        _limits.Settle(call);

        Assert.Equal((0, 30), (Used(limits[0]), _limits.Used(Key, key, new DateOnly(2026, 5, 15))));
    }

    [Fact]
    public void Settle_LessOrMoreThanHeld_CountsWhatWasUsed()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Daily, 100), Limit(LimitUnit.Spend, LimitCycle.Daily, 1_000)];
        foreach (var (tokens, charge, expected) in new[] { (20, 5, (20, 5)), (180, 990, (200, 995)) })
        {
            var call = Call(limits);
            Assert.Null(_limits.Hold(call, new LimitUse(1, 50, 100)));
            Use(call.Record, tokens, charge);
            _limits.Settle(call);
            Assert.True(call.Limits!.IsEmpty);
            Assert.Equal(expected, (Used(limits[0]), Used(limits[1])));
        }
    }

    [Fact]
    public void Settle_WithoutAHold_CountsAllTheSame()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Daily, 100), Limit(LimitUnit.Requests, LimitCycle.Total, 10)];
        _limits.Open(Subject, limits, null);
        var call = Call([]);
        Use(call.Record, 30, 0);

        _limits.Settle(call);
        _limits.Count(call.Record);

        Assert.Equal((60, 2), (Used(limits[0]), Used(limits[1])));
    }

    [Fact]
    public void Release_AfterAHold_NothingIsTaken()
    {
        UsageLimit[] limits = [.. Enum.GetValues<LimitCycle>().Select(cycle => Limit(LimitUnit.Requests, cycle, 1))];
        for (var i = 0; i < 3; i++)
        {
            var call = Call(limits);
            Assert.Null(_limits.Hold(call, new LimitUse(1, 5, 5)));
            call.Limits!.Release();
            call.Limits.Release();
            Assert.All(limits, limit => Assert.Equal(0, Used(limit)));
        }
    }

    [Fact]
    public void Midnight_CallsOfBothDays_EachCountsWhereItBegan()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Requests, LimitCycle.Daily, 1), Limit(LimitUnit.Requests, LimitCycle.Weekly, 100)];
        var night = new DateTimeOffset(2026, 5, 15, 23, 59, 59, 999, TimeSpan.Zero);
        var before = Call(limits, night);
        Assert.Null(_limits.Hold(before, new LimitUse(1, 0, 0)));
        Assert.NotNull(_limits.Hold(Call(limits, night), new LimitUse(1, 0, 0)));

        var after = Call(limits, night.AddMilliseconds(1));
        Assert.Null(_limits.Hold(after, new LimitUse(1, 0, 0)));
        Assert.NotNull(_limits.Hold(Call(limits, night.AddMilliseconds(1)), new LimitUse(1, 0, 0)));

        // One that comes late, of a day that is over, takes of the present one.
        Assert.NotNull(_limits.Hold(Call(limits, night), new LimitUse(1, 0, 0)));
        _limits.Settle(before);
        _limits.Settle(after);
        Assert.Equal((1, 2), (Used(limits[0], night.AddMilliseconds(1)), Used(limits[1], night)));
    }

    [Fact]
    public void Settle_RecordBeganLaterThanItsHold_CountsInItsOwnDay()
    {
        // A turn of a session is held for long before it begins.
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Daily, 100), Limit(LimitUnit.Tokens, LimitCycle.Total, 100)];
        var call = Call(limits);
        Assert.Null(_limits.Hold(call, new LimitUse(1, 40, 0)));
        call.Record.CreatedAtMicros = Micros(Noon.AddDays(1));
        Use(call.Record, 30, 0);

        _limits.Settle(call);

        Assert.Equal((30, 30), (Used(limits[0], Noon.AddDays(1)), Used(limits[1])));
        Assert.Null(_limits.Hold(Call(limits, Noon.AddDays(1)), new LimitUse(1, 70, 0)));
    }

    [Fact]
    public void Cycle_OfASubscription_RollsWithItsStartAndEndsWithIt()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Requests, LimitCycle.Cycle, 1)];
        var (first, second) = (new DateOnly(2026, 4, 17), new DateOnly(2026, 5, 17));
        Assert.Null(_limits.Hold(Call(limits, cycle: first), new LimitUse(1, 0, 0)));
        Assert.Equal(
            new DateTimeOffset(2026, 5, 17, 8, 0, 0, TimeSpan.Zero),
            _limits.Hold(Call(limits, cycle: first), new LimitUse(1, 0, 0))!.ResetsAt);

        Assert.Null(_limits.Hold(Call(limits, cycle: second), new LimitUse(1, 0, 0)));
    }

    [Fact]
    public void Set_AfterARestart_CallsGoOnWhereItWasAndTheTailCountsOnTop()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Spend, LimitCycle.Daily, 100)];
        _limits.Open(Subject, limits, null);
        _limits.Set(new UsageWindows(
            Subject, [.. Enum.GetValues<LimitCycle>().Select(_ => new UsageWindow(new(2026, 5, 15), 1, 5, 70))]));
        var tail = Call([]);
        Use(tail.Record, 1, 20);
        _limits.Count(tail.Record);

        Assert.Equal(90, Used(limits[0]));
        Assert.NotNull(_limits.Hold(Call(limits), new LimitUse(1, 0, 11)));
        Assert.Null(_limits.Hold(Call(limits), new LimitUse(1, 0, 10)));
    }

    [Fact]
    public void Cycle_GoesBackToTheMonth_BeginsAnewAndLateCallsChangeNothing()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Requests, LimitCycle.Cycle, 2)];
        var (own, month) = (new DateOnly(2026, 5, 10), new DateOnly(2026, 5, 1));
        var late = Call(limits, Noon, cycle: own);
        Assert.Null(_limits.Hold(late, new LimitUse(1, 0, 0)));
        Assert.Null(_limits.Hold(Call(limits, Noon.AddMinutes(1), cycle: own), new LimitUse(1, 0, 0)));
        Assert.NotNull(_limits.Hold(Call(limits, Noon.AddMinutes(2), cycle: own), new LimitUse(1, 0, 0)));

        // The subscription has ended: the month counts from now on, and counts each.
        var first = Call(limits, Noon.AddMinutes(3), cycle: month);
        Assert.Null(_limits.Hold(first, new LimitUse(1, 0, 0)));
        _limits.Settle(first);
        _limits.Settle(late);
        Assert.Null(_limits.Hold(Call(limits, Noon.AddMinutes(4), cycle: month), new LimitUse(1, 0, 0)));
        Assert.NotNull(_limits.Hold(Call(limits, Noon.AddMinutes(5), cycle: month), new LimitUse(1, 0, 0)));
        Assert.Equal(2, _limits.Used(Subject, limits[0], month, Micros(Noon.AddMinutes(6))));
    }

    [Fact]
    public void Open_UsedBefore_GoesOnThere()
    {
        UsageLimit[] limits = [Limit(LimitUnit.Tokens, LimitCycle.Daily, 100), Limit(LimitUnit.Tokens, LimitCycle.Monthly, 100)];
        var used = new UsageWindows(
            Subject,
            [
                new(new(2026, 5, 14), 1, 90, 0), new(new(2026, 5, 11), 1, 90, 0), new(new(2026, 5, 1), 1, 90, 0),
                new(new(2026, 5, 1), 1, 90, 0), new(DateOnly.MinValue, 1, 90, 0),
            ]);
        _limits.Open(Subject, limits, used);
        Assert.True(_limits.IsOpen(Subject, limits));
        Assert.False(_limits.IsOpen(Subject, [Limit(LimitUnit.Spend, LimitCycle.Total, 1)]));

        // Yesterday's is over; the month's goes on, and what is open stays as it is.
        Assert.Null(_limits.Hold(Call([limits[0]]), new LimitUse(1, 100, 0)));
        Assert.NotNull(_limits.Hold(Call([limits[1]]), new LimitUse(1, 11, 0)));
        _limits.Open(Subject, limits, null);
        Assert.Equal((100, 90), (Used(limits[0]), Used(limits[1])));
    }

    [Fact]
    public async Task Midnight_ManyCallersAtOnce_OneNewDayIsOpened()
    {
        const int Callers = 8;
        const int Days = 200;
        UsageLimit[] limits = [Limit(LimitUnit.Requests, LimitCycle.Daily, 3)];
        var admitted = new int[Days];
        using var start = new Barrier(Callers);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var day = 0; day < Days; day++)
                {
                    start.SignalAndWait();
                    var call = Call(limits, Noon.AddDays(day));
                    if (_limits.Hold(call, new LimitUse(1, 0, 0)) is null)
                    {
                        Interlocked.Increment(ref admitted[day]);
                        _limits.Settle(call);
                    }
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.All(admitted, count => Assert.Equal(3, count));
    }

    [Fact]
    public async Task Take_ManyThreadsAtOnce_GivesExactlyTheLimit()
    {
        const int Threads = 4;
        const int Attempts = 400_000;
        const long Limit = 1_000_000;
        var window = new LimitWindow(DateOnly.MinValue);
        var taken = 0L;
        using var start = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var mine = 0L;
                start.SignalAndWait();
                for (var i = 0; i < Attempts; i++)
                {
                    mine += window.TryTake(LimitUnit.Tokens, 1, Limit) ? 1 : 0;
                }

                Interlocked.Add(ref taken, mine);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal((Limit, Limit), (taken, window.Taken(LimitUnit.Tokens)));
    }

    internal static UsageLimit Limit(LimitUnit unit, LimitCycle cycle, long amount) => new(unit, cycle, amount, LimitScope.Customer);

    internal static GatewayCall Call(UsageLimit[] limits, DateTimeOffset? at = null, UsageLimit[]? key = null, DateOnly? cycle = null)
    {
        var merchant = new Merchant { Id = Guid.Empty, IsTest = true, WalletId = 1 };
        var call = new GatewayCall(TimeProvider.System, new BodyBudget(0))
        {
            Identity = new CallIdentity
            {
                Merchant = merchant,
                Customer = new Customer
                {
                    Id = Subject,
                    MerchantId = merchant.Id,
                    WalletId = 2,
                    Limits = limits,
                    CycleStart = cycle,
                    CycleEnd = cycle is { } start ? new DateTimeOffset(start.AddMonths(1), new TimeOnly(8, 0), TimeSpan.Zero) : null,
                },
                SpendKey = key is null ? null : new SpendKey { Id = Key, Digest = default, Merchant = merchant, Limits = key },
            },
        };
        var record = call.Record;
        (record.CustomerId, record.SpendKeyId, record.Billed) = (Subject, key is null ? null : Key, true);
        record.CreatedAtMicros = Micros(at ?? Noon);
        record.CycleStart = cycle ?? new DateOnly(2026, 5, 1);
        return call;
    }

    private long Used(in UsageLimit limit, DateTimeOffset? at = null) => _limits.Used(
        Subject, limit, LimitPeriod.StartOf(limit.Cycle, DateOnly.FromDateTime((at ?? Noon).UtcDateTime), new DateOnly(2026, 5, 1)));

    private static void Use(UsageRecord record, long tokens, long charge)
    {
        record.Usage = new Usage { InputTokens = tokens / 2, OutputTokens = tokens - (tokens / 2) };
        record.Charge = record.Debit = new Money(charge);
    }

    private static long Micros(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
