using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Postgres.Seeding;

namespace Lava.Server.Demo;

/// <summary>Decides what money comes in: with a customer, with each cycle, and where credit would run out.</summary>
internal sealed class DemoMoney(DemoShop shop, SeededRandom random)
{
    private static readonly TimeSpan Signup = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Welcome = TimeSpan.FromDays(365);
    private static readonly Money WelcomeCredit = Money.Parse("0.25");
    private static readonly long[] TopUps = [2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];
    private readonly Dictionary<Guid, Plan> _plans = new Plan[] { shop.PayAsYouGo, shop.Pro, shop.Team }.ToDictionary(plan => plan.Id);

    /// <summary>A customer has come.</summary>
    public void Join(DemoCustomer customer, List<SeedIncome> incomes)
    {
        var at = customer.Row.CreatedAt;
        customer.NotBefore = at + Signup;
        if (customer.Row.Subscription is { FirstCycle: { } first } subscription)
        {
            BeginCycle(customer, subscription, first, at.AddSeconds(20), PaymentKind.Subscription, incomes);
        }

        Add(customer, incomes, new SeedIncome
        {
            Id = DemoShop.NextId(at.AddSeconds(30), random),
            CustomerId = customer.Row.Id,
            WalletId = customer.Row.WalletId,
            At = at.AddSeconds(30),
            Amount = WelcomeCredit,
            Origin = CreditOrigin.Grant,
            Reason = "Welcome credit",
            ExpiresAt = at + Welcome,
        });
    }

    /// <summary>Begins the cycles that begin before a day's end.</summary>
    public void Renew(DemoCustomer customer, DateTimeOffset end, List<SeedIncome> incomes)
    {
        while (customer.Cycle is { } cycle && cycle.End + Signup < end)
        {
            var subscription = customer.Row.Subscription!;
            var next = CycleTimes.Next(cycle, _plans[subscription.PlanId].Terms.Interval);
            customer.NotBefore = next.Start + Signup;
            BeginCycle(customer, subscription, next, next.Start.AddSeconds(2), PaymentKind.Renewal, incomes);
        }
    }

    /// <summary>The day is over: what was missing was bought before the first call.</summary>
    public void Settle(DemoCustomer customer, List<SeedIncome> incomes)
    {
        if (customer.FirstCall is not { } first)
        {
            return;
        }

        var at = first.AddSeconds(-10);
        while (customer.Balance < customer.SpentToday)
        {
            var missing = customer.SpentToday - customer.Balance;
            Add(customer, incomes, Buy(customer, missing, at));
            at = at.AddMilliseconds(1);
        }

        customer.Balance -= customer.SpentToday;
    }

    private SeedIncome Buy(DemoCustomer customer, Money missing, DateTimeOffset at)
    {
        var subscription = customer.Row.Subscription;
        var bundles = subscription is null ? [] : _plans[subscription.PlanId].Bundles;
        var bundle = bundles.Count == 0 ? null : missing > bundles[0].CreditAmount ? bundles[1] : bundles[0];
        var dollars = TopUps.FirstOrDefault(amount => Money.FromDollars(amount) >= missing + missing, TopUps[^1]);
        var kind = bundle is null ? PaymentKind.TopUp : PaymentKind.Bundle;
        return new SeedIncome
        {
            Id = DemoShop.NextId(at, random),
            CustomerId = customer.Row.Id,
            WalletId = customer.Row.WalletId,
            At = at,
            Amount = bundle?.CreditAmount ?? Money.FromDollars(dollars),
            Origin = CreditOrigin.Purchase,
            SubscriptionId = bundle is null ? null : subscription!.Id,
            BundleId = bundle?.Id,
            Payment = new SeedPayment(
                DemoShop.NextId(at, random), kind, bundle?.Cost ?? Money.FromDollars(dollars), customer.Row.Card!.Id,
                IsAutomatic: subscription?.TopUpBundleId is not null),
        };
    }

    private void BeginCycle(
        DemoCustomer customer, SeedSubscription subscription, Cycle cycle, DateTimeOffset at, PaymentKind kind, List<SeedIncome> incomes)
    {
        var terms = _plans[subscription.PlanId].Terms;
        customer.Cycle = cycle;
        Add(customer, incomes, new SeedIncome
        {
            Id = DemoShop.NextId(at, random),
            CustomerId = customer.Row.Id,
            WalletId = customer.Row.WalletId,
            At = at,
            Amount = terms.IncludedCredit,
            Origin = CreditOrigin.CycleCredit,
            SubscriptionId = subscription.Id,
            Payment = new SeedPayment(
                DemoShop.NextId(at, random), kind, terms.PeriodAmount, customer.Row.Card!.Id, kind == PaymentKind.Renewal),
            Cycle = new SeedCycle(
                CycleIds.Of(subscription.Id, cycle.Start), subscription.Id, subscription.PlanId, cycle, terms.PeriodAmount,
                terms.IncludedCredit),
        });
    }

    private static void Add(DemoCustomer customer, List<SeedIncome> incomes, SeedIncome income)
    {
        incomes.Add(income);
        customer.Balance += income.Amount;
    }
}
