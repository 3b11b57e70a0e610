using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Postgres.Seeding;

namespace Lava.Server.Demo;

/// <summary>Decides what money comes in: with a customer, with each cycle, and where credit would run out.</summary>
internal sealed class DemoMoney(SeededRandom random)
{
    private static readonly TimeSpan Signup = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Welcome = TimeSpan.FromDays(365);
    private static readonly Money WelcomeCredit = Money.Parse("0.25");
    private static readonly long[] TopUps = [2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

    /// <summary>A customer has come.</summary>
    public void Join(DemoCustomer customer, List<SeedIncome> incomes)
    {
        var at = customer.Row.CreatedAt;
        customer.NotBefore = at + Signup;
        if (customer.Row.Subscription is { FirstCycle: { } first })
        {
            BeginCycle(customer, first, at.AddSeconds(20), PaymentKind.Subscription, incomes);
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
        while (!customer.IsDriven && customer.Cycle is { } cycle && cycle.End + Signup < end)
        {
            var next = CycleTimes.Next(cycle, customer.Plan!.Terms.Interval);
            customer.NotBefore = next.Start + Signup;
            BeginCycle(customer, next, next.Start.AddSeconds(2), PaymentKind.Renewal, incomes);
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
        while (customer.Floor is null && customer.Balance < customer.SpentToday)
        {
            var missing = customer.SpentToday - customer.Balance;
            Add(customer, incomes, Buy(customer, missing, at));
            at = at.AddMilliseconds(1);
        }

        customer.Balance -= customer.SpentToday;
    }

    private SeedIncome Buy(DemoCustomer customer, Money missing, DateTimeOffset at)
    {
        var bundles = customer.Plan?.Bundles ?? [];
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
            SubscriptionId = bundle is null ? null : customer.SubscriptionId,
            BundleId = bundle?.Id,
            Payment = new SeedPayment(
                DemoShop.NextId(at, random), kind, bundle?.Cost ?? Money.FromDollars(dollars), customer.Row.Card!.Id,
                customer.BuysByItself),
        };
    }

    private void BeginCycle(
        DemoCustomer customer, Cycle cycle, DateTimeOffset at, PaymentKind kind, List<SeedIncome> incomes)
    {
        var plan = customer.Plan!;
        var terms = plan.Terms;
        customer.Cycle = cycle;
        Add(customer, incomes, new SeedIncome
        {
            Id = DemoShop.NextId(at, random),
            CustomerId = customer.Row.Id,
            WalletId = customer.Row.WalletId,
            At = at,
            Amount = terms.IncludedCredit,
            Origin = CreditOrigin.CycleCredit,
            SubscriptionId = customer.SubscriptionId,
            Payment = new SeedPayment(
                DemoShop.NextId(at, random), kind, terms.PeriodAmount, customer.Row.Card!.Id, kind == PaymentKind.Renewal),
            Cycle = new SeedCycle(
                CycleIds.Of(customer.SubscriptionId, cycle.Start), customer.SubscriptionId, plan.Id, cycle, terms.PeriodAmount,
                terms.IncludedCredit),
        });
    }

    private static void Add(DemoCustomer customer, List<SeedIncome> incomes, SeedIncome income)
    {
        var owed = customer.Balance < Money.Zero ? Money.Min(-customer.Balance, income.Amount) : Money.Zero;
        incomes.Add(income with { Owed = owed });
        customer.Balance += income.Amount;
    }
}
