using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;

namespace Lava.Server.Demo;

/// <summary>Gives customers their stories: a few in a hundred, of those whose plan and whose days the story fits.</summary>
internal static class DemoCast
{
    // A dispute is rare.
    private const int DisputesMax = 1;
    private const int Max = 10;
    private static readonly TimeSpan Month = TimeSpan.FromDays(33);

    /// <summary>Casts those who have no story yet; in the order of their coming.</summary>
    public static void Assign(DemoCustomer[] people, DemoShop shop, DemoTime time)
    {
        // The story, the plan (null: none), its share of all customers, and at most how many; how long they must have been there.
        (DemoStory Story, Plan? Plan, double Share, int Max, TimeSpan Age)[] roles =
        [
            (DemoStory.PastDue, shop.Pro, 0.0075, 5, Month),
            (DemoStory.GivenUp, shop.Pro, 0.0075, Max, Month + TimeSpan.FromDays(12)),
            (DemoStory.Recovered, shop.Pro, 0.01, Max, Month + TimeSpan.FromDays(2)),
            (DemoStory.Left, shop.Pro, 0.0125, Max, Month + TimeSpan.FromDays(1)),
            (DemoStory.Leaving, shop.Pro, 0.005, 4, TimeSpan.FromDays(6)),
            (DemoStory.Downgraded, shop.Team, 0.005, 4, Month + TimeSpan.FromDays(1)),
            (DemoStory.Downgrading, shop.Team, 0.0025, 2, TimeSpan.FromDays(6)),
            (DemoStory.Disputed, shop.PayAsYouGo, 0.0025, DisputesMax, TimeSpan.FromDays(9)),
            (DemoStory.Refunded, shop.PayAsYouGo, 0.0075, Max, TimeSpan.FromDays(6)),
            (DemoStory.PartlyRefunded, shop.PayAsYouGo, 0.005, Max, TimeSpan.FromDays(9)),
            (DemoStory.Declined, shop.PayAsYouGo, 0.01, Max, TimeSpan.FromDays(5)),
            (DemoStory.Promoted, null, 0.0125, Max, TimeSpan.FromDays(20)),
        ];
        foreach (var role in roles)
        {
            var fitting = people.Where(customer => customer is { Story: DemoStory.None, IsDry: false, DailyCalls: null }
                && customer.Plan == role.Plan && time.Now - customer.Row.CreatedAt > role.Age
                && (role.Story != DemoStory.PastDue || LastRenewal(customer, time) is not null)).ToList();
            var count = Math.Min(fitting.Count, Math.Clamp((int)Math.Round(role.Share * people.Length), 1, role.Max));

            // Spread over those who came early and late.
            for (var i = 0; i < count; i++)
            {
                fitting[i * fitting.Count / count].Story = role.Story;
            }
        }
    }

    /// <summary>The renewal that was due in the last days, so that it is still tried again; null: there is none.</summary>
    public static DateTimeOffset? LastRenewal(DemoCustomer customer, DemoTime time)
    {
        if (customer is not { Plan: { } plan, Row.Subscription.FirstCycle: { } cycle })
        {
            return null;
        }

        while (cycle.End < time.Now)
        {
            cycle = CycleTimes.Next(cycle, plan.Terms.Interval);
        }

        return cycle.Index > 0 && time.Now - cycle.Start is var age && age > TimeSpan.FromHours(2) && age < TimeSpan.FromDays(9)
            ? cycle.Start
            : null;
    }
}
