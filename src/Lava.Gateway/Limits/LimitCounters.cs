using System.Collections.Concurrent;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Jobs;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Limits;

/// <summary>
/// What everybody who has limits has used and holds, in memory: asked and taken in one step before a call, corrected at its end. Filled
/// at the start from PostgreSQL and the journal's tail; holds are in neither, so a crash leaves none behind. Lock-free, and without
/// allocation once a subject's windows are there.
/// </summary>
public sealed class LimitCounters
{
    private readonly ConcurrentDictionary<Guid, LimitSubject> _subjects = new();

    /// <summary>Opens what limits need before they hold for calls; windows that are there already stay as they are.</summary>
    /// <param name="subject">The customer or the spend key.</param>
    /// <param name="limits">Its limits.</param>
    /// <param name="used">What it has used; null: nothing.</param>
    public void Open(Guid subject, UsageLimit[] limits, UsageWindows? used)
    {
        if (limits.Length > 0)
        {
            _subjects.GetOrAdd(subject, static _ => new LimitSubject()).Open(limits, used);
        }
    }

    /// <summary>Are all windows open that these limits need?</summary>
    public bool IsOpen(Guid subject, UsageLimit[] limits) =>
        limits.Length == 0 || (_subjects.TryGetValue(subject, out var found) && found.Has(limits));

    /// <summary>Sets what an opened subject has used. While loading, before any call.</summary>
    public void Set(UsageWindows used)
    {
        if (_subjects.TryGetValue(used.Subject, out var subject))
        {
            subject.Set(used);
        }
    }

    /// <summary>Counts a record that held nothing: one of the journal's tail, a report, an interrupted call, a job's end.</summary>
    public void Count(UsageRecord record) => Count(record, null, keeps: false);

    /// <summary>What is used of a limit at a moment, or held by calls that run.</summary>
    /// <param name="subject">The customer or the spend key.</param>
    /// <param name="limit">Its limit.</param>
    /// <param name="start">The first day of the limit's time.</param>
    /// <param name="nowMicros">The moment, microseconds since 1970 UTC; 0: before any other time of it began.</param>
    public long Used(Guid subject, in UsageLimit limit, DateOnly start, long nowMicros = 0) =>
        _subjects.TryGetValue(subject, out var found) && found.Current(limit.Cycle, start, nowMicros) is { } window
            ? window.Taken(limit.Unit)
            : 0;

    /// <summary>
    /// Takes the most that a call can use of every limit that holds for it, or of none; what is taken is in the call's hold.
    /// </summary>
    internal LimitRefusal? Hold(GatewayCall call, in LimitUse most)
    {
        var customer = call.Identity.Customer;
        var key = call.Identity.SpendKey;
        var count = (customer?.Limits.Length ?? 0) + (key?.Limits.Length ?? 0);
        if (count == 0)
        {
            return null;
        }

        var hold = call.Limits ??= new LimitHold();
        hold.Begin(count);

        // Who is not billed spends nothing.
        var refusal = customer is null
            ? null
            : Take(call, customer.Id, customer.Limits, call.Record.Billed ? most : most with { Spend = LimitUse.None });
        refusal ??= key is null ? null : Take(call, key.Id, key.Limits, most);
        if (refusal is not null)
        {
            hold.Release();
        }

        return refusal;
    }

    /// <summary>The end of a call that is recorded: counts what it used in place of what it held.</summary>
    internal void Settle(GatewayCall call)
    {
        if (call.KeptHold is { } kept)
        {
            // A job has begun. It is one request, and goes on holding the most that it can use of the rest.
            Count(call.Record, kept.Limits, keeps: true);
            return;
        }

        // A call that saw a job's end held nothing of its own.
        Count(call.Record, call.EndedHold?.Limits ?? call.Limits, keeps: false);
        call.Limits?.Release();
    }

    /// <summary>
    /// Holds again, after a restart, what an open job can spend at most, whatever the limits say: its tokens nobody knows any more.
    /// </summary>
    internal LimitHold Restore(OpenJob job, Customer? customer, Money amount)
    {
        var hold = new LimitHold();
        hold.Begin(2 * LimitPeriod.Kinds);
        if (customer is not null && job.Billed)
        {
            Restore(hold, customer.Id, job, customer, amount);
        }

        if (job.SpendKeyId is { } key)
        {
            Restore(hold, key, job, customer, amount);
        }

        return hold;
    }

    private void Restore(LimitHold hold, Guid id, OpenJob job, Customer? customer, Money amount)
    {
        if (!_subjects.TryGetValue(id, out var subject))
        {
            return;
        }

        var began = DateTimeOffset.UnixEpoch.AddMicroseconds(job.BeganAtMicros);
        var day = LimitPeriod.DayOf(job.BeganAtMicros);
        for (var cycle = LimitCycle.Daily; cycle <= LimitCycle.Total; cycle++)
        {
            var start = LimitPeriod.StartOf(cycle, day, BillingCycle.StartOf(customer, began));
            if (subject.Current(cycle, start, job.BeganAtMicros) is { } window && window.Start == start)
            {
                window.Add(LimitUnit.Spend, amount.Units);
                hold.Add(window, LimitUnit.Spend, amount.Units);
            }
        }
    }

    private void Count(UsageRecord record, LimitHold? hold, bool keeps)
    {
        if (record.CustomerId is { } customer && _subjects.TryGetValue(customer, out var payer))
        {
            payer.Count(record, LimitUse.OfCustomer(record), hold, keeps);
        }

        if (record.SpendKeyId is { } key && _subjects.TryGetValue(key, out var spender))
        {
            spender.Count(record, LimitUse.OfSpendKey(record), hold, keeps);
        }
    }

    private LimitRefusal? Take(GatewayCall call, Guid id, UsageLimit[] limits, in LimitUse most)
    {
        if (limits.Length == 0)
        {
            return null;
        }

        if (!_subjects.TryGetValue(id, out var subject))
        {
            Open(id, limits, null);
            subject = _subjects[id];
        }

        var record = call.Record;
        var day = LimitPeriod.DayOf(record.CreatedAtMicros);
        foreach (var limit in limits)
        {
            var amount = most[limit.Unit];
            var start = LimitPeriod.StartOf(limit.Cycle, day, record.CycleStart);
            if (amount == LimitUse.None || subject.Current(limit.Cycle, start, record.CreatedAtMicros) is not { } window)
            {
                continue;
            }

            if (!window.TryTake(limit.Unit, amount, limit.Amount))
            {
                return new LimitRefusal(
                    id, limit, window.Taken(limit.Unit), amount, window.Start,
                    LimitPeriod.EndOf(limit.Cycle, window.Start, call.Identity.Customer));
            }

            call.Limits!.Add(window, limit.Unit, amount);
        }

        return null;
    }
}
