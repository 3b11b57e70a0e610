using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres.Seeding;

namespace Lava.Server.Demo;

/// <summary>Makes the customers, in the order in which they come: a few at the beginning, more and more of them later.</summary>
internal static class DemoPeople
{
    // How uneven they are: the first calls as often as the second and third together, and so on (Zipf).
    private const double Unevenness = 1.1;
    private const int DryCustomers = 3;

    // They call more than others of their place, so that their credit is gone.
    private const double DryWeight = 4;
    private const short CardYear = 2034;

    // Which of them, from the one who calls most on: who pays what was used, whose credit lapses, whose months are limited.
    private const int OwingEach = 40;
    private const int OwingFirst = 0;
    private const int LapsingEach = 50;
    private const int LapsingFirst = 3;
    private const int StoriesMax = 12;
    private const int SpendLimitEach = 45;

    // The share of customers, heaviest first, on each plan; the rest is on none.
    private const double OnTeam = 0.06;
    private const double OnPro = 0.42;
    private const double OnPayAsYouGo = 0.88;

    private static readonly string[] First =
    [
        "Amber", "Basalt", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kestrel", "Lumen", "Maple",
        "Nimbus", "Orchid", "Pebble", "Quartz", "Raven", "Sable", "Tundra", "Umbra", "Velvet", "Willow", "Xenon", "Yarrow", "Zephyr",
    ];

    private static readonly string[] Second =
    [
        "Analytics", "Apps", "Books", "Clinics", "Cloud", "Desk", "Education", "Foods", "Games", "Health", "Insights", "Journeys", "Labs",
        "Legal", "Logistics", "Media", "Motors", "News", "Office", "Pay", "Robotics", "Software", "Studio", "Systems", "Travel", "Works",
    ];

    private static readonly int[] Zones = [-8, -6, -5, -5, 0, 1, 1, 1, 2, 5, 8, 9];

    private static readonly (string Reference, string Brand, string Last4)[] Cards =
        [("pm_card_visa", "visa", "4242"), ("pm_card_mastercard", "mastercard", "4444"), ("pm_card_amex", "amex", "8431")];

    /// <summary>Ascending by the moment of their coming.</summary>
    public static DemoCustomer[] Make(
        DemoShop shop, int count, IReadOnlyList<long> wallets, DateTimeOffset begin, DateTimeOffset end, SeededRandom random)
    {
        var ranks = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var other = random.Below(i + 1);
            (ranks[i], ranks[other]) = (ranks[other], ranks[i]);
        }

        // The first tenth is there on the first day; before the last one nobody of weight comes.
        var people = new DemoCustomer[count];
        for (var i = 0; i < count; i++)
        {
            var part = i == 0 ? 0 : Math.Max(0, ((i + random.Fraction()) / count) - 0.1) / 0.9;
            var at = CycleTimes.WholeSecond(begin + TimeSpan.FromMinutes(5 + (5 * random.Fraction())) + ((end - begin) * (part * 0.98)));
            people[i] = Make(shop, i, ranks[i], count, wallets[i], at, random);
        }

        Array.Sort(people, (left, right) => left.Row.CreatedAt.CompareTo(right.Row.CreatedAt));
        return people;
    }

    private static DemoCustomer Make(
        DemoShop shop, int index, int rank, int count, long wallet, DateTimeOffset at, SeededRandom random)
    {
        var place = (rank + 0.5) / count;
        var story = rank % OwingEach == OwingFirst && rank / OwingEach < StoriesMax ? DemoStory.Owing
            : rank % LapsingEach == LapsingFirst && rank / LapsingEach < StoriesMax ? DemoStory.Lapsing
            : DemoStory.None;
        var plan = story switch
        {
            DemoStory.Owing => null,
            DemoStory.Lapsing => shop.Starter,
            _ => place < OnTeam ? shop.Team : place < OnPro ? shop.Pro : place < OnPayAsYouGo ? shop.PayAsYouGo : null,
        };
        var id = DemoShop.NextId(at, random);
        var (reference, brand, last4) = random.Of(Cards);
        var name = $"{First[index % First.Length]} {Second[index / First.Length % Second.Length]}";
        var domain = name.Replace(' ', '-').ToLowerInvariant();
        var subscription = plan is null ? null : Subscribe(plan, at, random);

        // Not among those whose card buys credit by itself.
        var isDry = plan == shop.PayAsYouGo && rank >= count / 2 && rank < (count / 2) + DryCustomers;
        var calls = rank == count / 8 ? 40 : (int?)null;
        var spend = rank % SpendLimitEach == SpendLimitEach - 1 && rank < count / 2 ? Money.Parse("0.50") : (Money?)null;
        return new DemoCustomer
        {
            Story = story,
            Plan = plan,
            SubscriptionId = subscription?.Id ?? DemoShop.NextId(at, random),
            Weight = (isDry ? DryWeight : 1) / Math.Pow(rank + 3, Unevenness),
            Zone = random.Of(Zones),
            IsDry = isDry,
            Floor = isDry ? Money.Zero : null,
            DailyCalls = calls,
            MonthlySpend = spend,
            Row = new SeedCustomer
            {
                Id = id,
                WalletId = wallet,
                ReferenceId = $"org_{1_000 + index}",
                Name = index < First.Length * Second.Length ? name : $"{name} {1 + (index / First.Length / Second.Length)}",
                Email = $"billing@{domain}{(index < First.Length * Second.Length ? "" : index)}.example",
                CreatedAt = at,
                Card = new SeedCard(DemoShop.NextId(at, random), reference, brand, last4, CardYear),
                Subscription = subscription,
                Limits = LimitsOf(calls, spend),
                Floor = plan?.Overage.Mode == OverageMode.AutoCharge ? -plan.Overage.Limit!.Value : Money.Zero,
            },
        };
    }

    private static UsageLimit[] LimitsOf(int? calls, Money? spend) =>
        calls is { } number ? [new UsageLimit(LimitUnit.Requests, LimitCycle.Daily, number, LimitScope.Customer)]
        : spend is { } amount ? [new UsageLimit(LimitUnit.Spend, LimitCycle.Monthly, amount.Units, LimitScope.Customer)]
        : [];

    private static SeedSubscription Subscribe(Plan plan, DateTimeOffset at, SeededRandom random) => new(
        DemoShop.NextId(at, random), plan.Id, at, plan.HasCycles ? CycleTimes.First(at, plan.Terms.Interval) : null, plan.Overage,
        plan.Overage.Mode == OverageMode.AutoTopUp ? plan.DefaultBundleId : null);
}
