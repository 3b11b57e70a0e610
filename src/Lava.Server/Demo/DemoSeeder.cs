using Lava.Core;
using Lava.Metering.Catalog;
using Lava.Postgres;
using Lava.Postgres.Seeding;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Api.Webhooks;
using Lava.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Server.Demo;

/// <summary>
/// Fills an empty store with a merchant's past: day after day first who came and what money came in, then the calls, so that everything
/// reads as if it had happened.
/// </summary>
internal sealed class DemoSeeder(DemoOptions options, byte[] masterKey, TimeProvider clock)
{
    private const string MerchantName = "Lava demo";
    private const int MaxCallers = 100;

    // Below the credit that everybody begins with.
    private static readonly Money LowBalance = Money.Parse("0.10");

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
        await database.Stores.Merchants.SetSettingsAsync(
            merchant.Id, MerchantSettings.Of(merchant) with { LowBalance = LowBalance }, cancellationToken);
        var shop = await DemoShop.CreateAsync(database.Stores, merchant.Id, time.Begin, random, cancellationToken);
        await using var store = await database.OpenSeedStoreAsync(merchant.Id, cancellationToken);
        var wallets = await store.TakeWalletIdsAsync(options.Customers, cancellationToken);
        var people = DemoPeople.Make(shop, options.Customers, wallets, time.Begin, time.Now, random);
        DemoCast.Assign(people, shop, time);
        var refusals = new DemoRefusals();
        var calls = new DemoCalls(shop, people, store.MerchantWalletId, time, PriceCatalog.Shipped(), refusals, random);
        var money = new DemoMoney(random);
        var billing = store.OpenBilling(at => DemoShop.NextId(at, random));
        await using var stories = new DemoStories(shop, new DemoBilling(billing, merchant.Id, cancellationToken), time, random);
        await stories.BeginAsync(people);
        var counts = time.Spread(options.Requests, random);
        var present = 0;
        for (var day = 0; day < options.Days; day++)
        {
            for (var i = 0; i < present; i++)
            {
                people[i].BeginDay(time.Begin.AddDays(day));
            }

            await stories.RunAsync(day);
            present = await SeedDayAsync(store, time, day, counts, people, present, calls, money, cancellationToken);
        }

        await billing.EndAsync(cancellationToken);
        await store.AddAsync(refusals.ToList(), cancellationToken);
        await AddWebhooksAsync(store, merchant.Id, time, random, cancellationToken);
        await store.CompleteAsync(cancellationToken);
        return new DemoFile
        {
            Seed = options.Seed,
            SecretKey = secretKey,
            SpendKeys = [.. shop.SpendKeys.Select(key => key.Key)],
            Callers = Callers(people),
            DryCallers = [.. people.Where(customer => customer.IsDry).Select(IdOf)],
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
            .UnionBy(people.Where(customer => customer.IsDry || customer.DailyCalls is not null), customer => customer.Row.Id)
            .Select(IdOf),
    ];

    private static string IdOf(DemoCustomer customer) => Ids.Format(IdPrefix.Customer, test: true, customer.Row.Id);

    // Where they lead is told by each start of the demonstration.
    private async Task AddWebhooksAsync(
        SeedStore store, Guid merchantId, DemoTime time, SeededRandom random, CancellationToken cancellationToken)
    {
        var secrets = new WebhookSecrets(new SecretCipher(masterKey));
        var webhooks = new List<(WebhookRecord, byte[])>();
        foreach (var name in DemoReceiver.Names)
        {
            var at = time.Begin.AddHours(1);
            var id = DemoShop.NextId(at, random);
            var record = new WebhookRecord(id, name, $"http://127.0.0.1:9{DemoReceiver.PathOf(name)}", at);
            webhooks.Add((record, secrets.Seal(merchantId, id, WebhookSecrets.New())));
        }

        var bodies = new EventBody(new LegacySecret(masterKey), NullLogger.Instance, clock);
        await store.AddWebhooksAsync(webhooks, secrets.KeyId, bodies.Render, time.Now, cancellationToken);
    }

    // Gives how many customers have come by then.
    private static async Task<int> SeedDayAsync(
        SeedStore store, DemoTime time, int day, int[] counts, DemoCustomer[] people, int present, DemoCalls calls, DemoMoney money,
        CancellationToken cancellationToken)
    {
        var incomes = new List<SeedIncome>();
        var end = time.EndOf(day);
        for (var i = 0; i < present; i++)
        {
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
