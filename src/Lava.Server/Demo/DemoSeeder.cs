using Lava.Core;
using Lava.Metering.Catalog;
using Lava.Postgres;
using Lava.Postgres.Seeding;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Hosting;

namespace Lava.Server.Demo;

/// <summary>
/// Fills an empty store with a merchant's past: day after day first who came and what money came in, then the calls, so that everything
/// reads as if it had happened.
/// </summary>
internal sealed class DemoSeeder(DemoOptions options, TimeProvider clock)
{
    private const string MerchantName = "Lava demo";
    private const int MaxCallers = 100;

    /// <summary>Seeds, and gives what the next start has to know.</summary>
    /// <exception cref="StartupException">The store is not empty.</exception>
    public async Task<DemoFile> SeedAsync(Database database, string secretKey, CancellationToken cancellationToken)
    {
        var random = new SeededRandom(options.Seed);
        var time = new DemoTime(options.Days, clock.GetUtcNow());
        var merchant = await database.FirstMerchants.CreateFirstAsync(
            MerchantName, isTest: true, SecretKeyText.Digest(secretKey), SecretKeyText.Hint(secretKey), cancellationToken)
            ?? throw new StartupException("The database has merchants already: a demonstration needs an empty one.");
        await database.FirstMerchants.CompleteAsync(cancellationToken);
        await database.AddDefaultPlansAsync(cancellationToken);
        var shop = await DemoShop.CreateAsync(database.Stores, merchant.Id, time.Begin, random, cancellationToken);
        await using var store = await database.OpenSeedStoreAsync(merchant.Id, cancellationToken);
        var wallets = await store.TakeWalletIdsAsync(options.Customers, cancellationToken);
        var people = DemoPeople.Make(shop, options.Customers, wallets, time.Begin, time.Now, random);
        var refusals = new DemoRefusals();
        var calls = new DemoCalls(shop, people, store.MerchantWalletId, time, PriceCatalog.Shipped(), refusals, random);
        var money = new DemoMoney(shop, random);
        var counts = time.Spread(options.Requests, random);
        var present = 0;
        for (var day = 0; day < options.Days; day++)
        {
            present = await SeedDayAsync(store, time, day, counts, people, present, calls, money, cancellationToken);
        }

        await store.AddAsync(refusals.ToList(), cancellationToken);
        await store.CompleteAsync(cancellationToken);
        return new DemoFile
        {
            Seed = options.Seed,
            SecretKey = secretKey,
            SpendKeys = [.. shop.SpendKeys.Select(key => key.Key)],
            Callers = Callers(people),
            DryCallers = [.. people.Where(customer => customer.DryFrom is not null).Select(IdOf)],
            Customers = people.Length,
            Begin = time.Begin,
            End = time.Now,
            CallsByDay = counts,
            IsComplete = true,
        };
    }

    // Those who call most, and in between those who are refused.
    private static string[] Callers(DemoCustomer[] people) =>
    [
        .. people.OrderByDescending(customer => customer.Weight).Take(MaxCallers)
            .UnionBy(people.Where(customer => customer.DryFrom is not null || customer.DailyCalls is not null), customer => customer.Row.Id)
            .Select(IdOf),
    ];

    private static string IdOf(DemoCustomer customer) => Ids.Format(IdPrefix.Customer, test: true, customer.Row.Id);

    // Gives how many customers have come by then.
    private static async Task<int> SeedDayAsync(
        SeedStore store, DemoTime time, int day, int[] counts, DemoCustomer[] people, int present, DemoCalls calls, DemoMoney money,
        CancellationToken cancellationToken)
    {
        var incomes = new List<SeedIncome>();
        var end = time.EndOf(day);
        for (var i = 0; i < present; i++)
        {
            people[i].BeginDay();
            money.Renew(people[i], end, incomes);
        }

        var before = present;
        while (present < people.Length && people[present].Row.CreatedAt < end)
        {
            money.Join(people[present++], incomes);
        }

        var records = calls.Make(day, counts[day], present);
        counts[day] = records.Count;
        for (var i = 0; i < present; i++)
        {
            money.Settle(people[i], incomes);
        }

        incomes.Sort((left, right) => left.At.CompareTo(right.At));
        await store.AddAsync([.. people[before..present].Select(customer => customer.Row)], incomes, cancellationToken);
        await store.WriteAsync(records, cancellationToken);
        return present;
    }
}
