using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Server.Demo;

/// <summary>
/// What befalls single customers, in the order of time: each story does what is due and gives the moment at which it goes on. Between two
/// days' calls, so that the books read as if it had happened.
/// </summary>
internal sealed class DemoStories : IAsyncDisposable
{
    private const string NoMoney = "insufficient_funds";

    // Calls of a day are behind what happened on it: there must be some of it left.
    private static readonly TimeSpan DayEnd = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly Money Promotion = Money.FromDollars(2);

    private readonly DemoShop _shop;
    private readonly DemoBilling _billing;
    private readonly DemoTime _time;
    private readonly SeededRandom _random;
    private readonly PriorityQueue<IAsyncEnumerator<DateTimeOffset>, DateTimeOffset> _waiting = new();

    public DemoStories(DemoShop shop, DemoBilling billing, DemoTime time, SeededRandom random)
    {
        (_shop, _billing, _time, _random) = (shop, billing, time, random);
    }

    /// <summary>Begins the stories of all who have one.</summary>
    public async Task BeginAsync(DemoCustomer[] people)
    {
        foreach (var customer in people)
        {
            if (Tell(customer) is { } story)
            {
                await GoOnAsync(story.GetAsyncEnumerator());
            }
        }
    }

    /// <summary>Does what is due before a day's end.</summary>
    public async Task RunAsync(int day)
    {
        var end = _time.EndOf(day) - DayEnd;
        while (_waiting.TryPeek(out var story, out var at) && at < end)
        {
            _waiting.Dequeue();
            await GoOnAsync(story);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_waiting.TryDequeue(out var story, out _))
        {
            await story.DisposeAsync();
        }
    }

    private async Task GoOnAsync(IAsyncEnumerator<DateTimeOffset> story)
    {
        if (await story.MoveNextAsync())
        {
            _waiting.Enqueue(story, story.Current);
        }
        else
        {
            await story.DisposeAsync();
        }
    }

    private IAsyncEnumerable<DateTimeOffset>? Tell(DemoCustomer customer) => customer.Story switch
    {
        DemoStory.Owing => OweAsync(customer),
        DemoStory.Lapsing => LapseAsync(customer),
        DemoStory.Recovered => MissAsync(customer, FirstEnd(customer), attempts: 2, isPaid: true),
        DemoStory.GivenUp => MissAsync(customer, FirstEnd(customer), attempts: int.MaxValue, isPaid: false),
        DemoStory.PastDue => MissAsync(customer, DemoCast.LastRenewal(customer, _time)!.Value, attempts: int.MaxValue, isPaid: false),
        DemoStory.Declined => TryTwiceAsync(customer),
        DemoStory.Refunded => ReturnAsync(customer, TimeSpan.FromMinutes(35), null, "Bought twice"),
        DemoStory.PartlyRefunded => ReturnAsync(customer, TimeSpan.FromDays(2), Money.FromDollars(2), "Goodwill after the outage"),
        DemoStory.Disputed => DisputeAsync(customer),
        DemoStory.Left => ChangeAsync(customer, FirstEnd(customer).AddDays(-4), null),
        DemoStory.Leaving => ChangeAsync(customer, _time.Now.AddDays(-3 * _random.Fraction()), null),
        DemoStory.Downgraded => ChangeAsync(customer, FirstEnd(customer).AddDays(-4), _shop.Pro),
        DemoStory.Downgrading => ChangeAsync(customer, _time.Now.AddDays(-3 * _random.Fraction()), _shop.Pro),
        DemoStory.Promoted => PromoteAsync(customer),
        _ => null,
    };

    private static DateTimeOffset FirstEnd(DemoCustomer customer) => customer.Row.Subscription!.FirstCycle!.Value.End;

    // A moment on one of the days that begin some days after the customer has come, and end some before now.
    private DateTimeOffset Someday(DemoCustomer customer, double last)
    {
        var first = customer.Row.CreatedAt.AddDays(2);
        return first + ((_time.Now.AddDays(-last) - first) * _random.Fraction());
    }

    private async IAsyncEnumerable<DateTimeOffset> OweAsync(DemoCustomer customer)
    {
        var at = customer.Row.CreatedAt.AddDays(1);
        yield return at;
        await _billing.StartAsync(customer, at, _shop.Metered);
        customer.IsDriven = true;
        var increment = _shop.Metered.Overage.Increment!.Value;
        while (true)
        {
            var end = customer.Cycle!.Value.End + Moment;
            at = at.AddDays(1) < end ? at.AddDays(1) : end;
            yield return at;
            if (at == end)
            {
                await _billing.RenewAsync(customer, at, _shop.Metered);
            }
            else if (customer.Balance <= -increment)
            {
                await _billing.ChargeAsync(customer, at, new Money(-customer.Balance.Units / increment.Units * increment.Units));
            }
        }
    }

    private async IAsyncEnumerable<DateTimeOffset> LapseAsync(DemoCustomer customer)
    {
        customer.IsDriven = true;
        yield return FirstEnd(customer) + Moment;
        while (true)
        {
            var at = customer.Cycle!.Value.End + Moment;
            await _billing.RenewAsync(customer, at, _shop.Starter);
            await _billing.ExpireAsync(customer, at + Moment);
            yield return customer.Cycle.Value.End + Moment;
        }
    }

    // A renewal that is declined; paid at last, or never.
    private async IAsyncEnumerable<DateTimeOffset> MissAsync(DemoCustomer customer, DateTimeOffset end, int attempts, bool isPaid)
    {
        yield return end.AddHours(-30);
        customer.IsDriven = true;
        yield return end + Moment;
        var payment = (await _billing.RenewAsync(customer, end + Moment, customer.Plan!, NoMoney))!;
        customer.Floor = Money.Zero;
        for (var number = 2; payment is { Status: PaymentStatus.Waiting, NextAttemptAt: { } next }; number++)
        {
            yield return next;
            payment = await _billing.RetryAsync(customer, next, payment, isPaid && number > attempts ? null : NoMoney);
        }

        if (payment.Status == PaymentStatus.Succeeded)
        {
            customer.Floor = null;
            customer.IsDriven = false;
        }
        else
        {
            DemoBilling.Leave(customer);
        }
    }

    // The subscription ends with its cycle, or goes on with another plan.
    private async IAsyncEnumerable<DateTimeOffset> ChangeAsync(DemoCustomer customer, DateTimeOffset at, Plan? plan)
    {
        yield return at;

        // Not where the cycle is ending just now.
        while (at > customer.Cycle!.Value.End.AddHours(-1))
        {
            at = at.AddDays(1);
            yield return at;
        }

        var change = new PendingChange(plan is null ? PendingChangeKind.Cancellation : PendingChangeKind.Downgrade, plan?.Id);
        await _billing.AskAsync(customer, at, change);
        customer.IsDriven = true;
        var end = customer.Cycle!.Value.End + Moment;
        yield return end;
        if (plan is null)
        {
            await _billing.EndAsync(customer, end);
        }
        else
        {
            await _billing.RenewAsync(customer, end, plan);
        }

        customer.IsDriven = false;
    }

    private async IAsyncEnumerable<DateTimeOffset> TryTwiceAsync(DemoCustomer customer)
    {
        var at = Someday(customer, last: 1);
        yield return at;
        await _billing.BuyAsync(customer, at, _shop.PayAsYouGo.Bundles[0], NoMoney);
        yield return at.AddMinutes(4);
        await _billing.BuyAsync(customer, at.AddMinutes(4), _shop.PayAsYouGo.Bundles[0]);
    }

    // No more than is left of it: nobody is to owe for it.
    private async IAsyncEnumerable<DateTimeOffset> ReturnAsync(DemoCustomer customer, TimeSpan after, Money? amount, string reason)
    {
        var at = Someday(customer, last: 1 + after.TotalDays);
        yield return at;
        var bundle = _shop.PayAsYouGo.Bundles[0];
        var payment = await _billing.BuyAsync(customer, at, bundle);
        for (at += after; ; at = at.AddDays(1))
        {
            yield return at;
            if (customer.Balance >= (amount ?? bundle.CreditAmount))
            {
                await _billing.RefundAsync(customer, at, payment, amount, reason);
                yield break;
            }
        }
    }

    private async IAsyncEnumerable<DateTimeOffset> DisputeAsync(DemoCustomer customer)
    {
        var at = _time.Now.AddDays(-6 + _random.Fraction());
        yield return at;
        var bundle = _shop.PayAsYouGo.Bundles[1];
        var payment = await _billing.BuyAsync(customer, at, bundle);
        at = at.AddDays(2);
        yield return at;
        await _billing.DisputeAsync(customer, at, payment);
    }

    private async IAsyncEnumerable<DateTimeOffset> PromoteAsync(DemoCustomer customer)
    {
        var at = Someday(customer, last: 16);
        var end = at.AddDays(14);
        yield return at;
        await _billing.GiveAsync(customer, at, Promotion, "Spring promotion", end);
        yield return end.AddMinutes(1);
        await _billing.ExpireAsync(customer, end.AddMinutes(1));
    }
}
