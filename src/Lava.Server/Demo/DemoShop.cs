using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Api.SpendKeys;

namespace Lava.Server.Demo;

/// <summary>What the demonstration's merchant sells: meters, plans with bundles, and the keys of its own people.</summary>
internal sealed class DemoShop
{
    /// <summary>The names of its meters in forward tokens: see <see cref="Meters"/>.</summary>
    public static readonly string[] MeterSlugs = ["chat", "summaries", "answers"];

    /// <summary>The meter of work that is reported: its place in <see cref="Meters"/>.</summary>
    public const int ReportMeter = 2;

    private const string StarterName = "Starter";

    private DemoShop(Guid merchantId)
    {
        MerchantId = merchantId;
    }

    /// <summary>The merchant, in test mode.</summary>
    public Guid MerchantId { get; }

    /// <summary>Chat: a fifth on top of what the provider asks. Summaries: by tokens. Answers: each.</summary>
    public required Meter[] Meters { get; init; }

    /// <summary>Costs nothing: credit is bought as it is needed.</summary>
    public required Plan PayAsYouGo { get; init; }

    /// <summary>For those who call now and then; buys its bundle by itself.</summary>
    public required Plan Pro { get; init; }

    /// <summary>For those who call all day; may owe.</summary>
    public required Plan Team { get; init; }

    /// <summary>For those who try: its credit is gone at the cycle's end; buys its bundle by itself.</summary>
    public required Plan Starter { get; init; }

    /// <summary>Costs nothing by itself: what was used is charged as it adds up.</summary>
    public required Plan Metered { get; init; }

    /// <summary>Keys of the merchant's own people, and the secret texts of them.</summary>
    public required (Guid Id, string Key)[] SpendKeys { get; init; }

    /// <summary>Makes it all, as of a day.</summary>
    public static async Task<DemoShop> CreateAsync(
        ManagementStores stores, Guid merchantId, DateTimeOffset at, SeededRandom random, CancellationToken cancellationToken)
    {
        (string Slug, string Name, RateType Rate, TierType Tier, BaseCostPayer Payer, MeterTier[] Tiers)[] meters =
        [
            (MeterSlugs[0], "Chat", RateType.Percentage, TierType.Requests, BaseCostPayer.Wallet, [Tier(0, "0.20")]),
            (MeterSlugs[1], "Summaries", RateType.Fixed, TierType.Tokens1M, BaseCostPayer.Merchant,
                [Tier(0, "4"), Tier(5_000_000, "3.5"), Tier(50_000_000, "3")]),
            (MeterSlugs[2], "Answers", RateType.Fixed, TierType.Requests, BaseCostPayer.Merchant,
                [Tier(0, "0.004"), Tier(1_000, "0.003"), Tier(10_000, "0.0025")]),
        ];
        var made = new List<Meter>();
        foreach (var (slug, name, rate, tier, payer, tiers) in meters)
        {
            var meter = new Meter
            {
                Id = NextId(at, random),
                MerchantId = merchantId,
                Slug = slug,
                RateType = rate,
                TierType = tier,
                BaseCostPayer = payer,
                Tiers = tiers,
            };
            made.Add(meter);
            await stores.Meters.CreateAsync(new MeterRecord(meter, name, at), cancellationToken);
        }

        LinkedMeter[] linked = [.. made.Zip(meters, (meter, row) => new LinkedMeter(meter.Id, row.Name))];
        var none = PlanOverage.None;
        var topUp = new PlanOverage(OverageMode.AutoTopUp, null, null);
        var charge = new PlanOverage(OverageMode.AutoCharge, Money.FromDollars(100), Money.FromDollars(20));
        var shop = new DemoShop(merchantId)
        {
            Meters = [.. made],
            PayAsYouGo = Plan("Pay as you go", 0, 0, none, (5, 5), (20, 21)),
            Pro = Plan("Pro", 9, 8, topUp, (5, 5), (20, 22)),
            Team = Plan("Team", 49, 45, charge, (50, 55), (200, 230)),
            Starter = Plan(StarterName, 2, 1, topUp, (2, 2), (10, 10)),
            Metered = Plan("Metered", 0, 0, new PlanOverage(OverageMode.AutoCharge, Money.FromDollars(200), Money.FromDollars(2))),
            SpendKeys = [.. Enumerable.Range(0, 3).Select(_ => (NextId(at, random), SpendKeyText.New()))],
        };
        foreach (var plan in (Plan[])[shop.PayAsYouGo, shop.Starter, shop.Pro, shop.Team, shop.Metered])
        {
            await stores.Plans.CreateAsync(plan, cancellationToken);
        }

        await shop.AddSpendKeysAsync(stores, at, cancellationToken);
        return shop;

        Plan Plan(string name, long price, long credit, PlanOverage overage, params (long Cost, long Credit)[] bundles)
        {
            var id = NextId(at, random);
            var rollover = name == StarterName ? Rollover.None : Rollover.Full;
            CreditBundle[] offers = [.. bundles.Select(bundle => new CreditBundle(
                NextId(at, random), id, $"${bundle.Credit} of credit", Money.FromDollars(bundle.Cost), Money.FromDollars(bundle.Credit),
                at))];
            return new Plan
            {
                Id = id,
                MerchantId = merchantId,
                Terms = new PlanTerms(
                    name, Money.FromDollars(price), Money.FromDollars(credit), BillingInterval.Month, rollover, rollover),
                Meters = linked,
                Bundles = offers,
                DefaultBundleId = offers.Length > 0 ? offers[0].Id : null,
                Overage = overage,
                CreatedAt = at,
            };
        }
    }

    /// <summary>An id of a moment.</summary>
    public static Guid NextId(DateTimeOffset at, SeededRandom random) => Ids.FromTimeAndNumber(at, random.Number());

    private static MeterTier Tier(long start, string rate) => new(start, Money.Parse(rate));

    private async Task AddSpendKeysAsync(ManagementStores stores, DateTimeOffset at, CancellationToken cancellationToken)
    {
        (string Name, long Dollars, bool IsPaused)[] rows =
            [("Evaluation", 500, false), ("Support team", 200, false), ("Intern", 20, true)];
        foreach (var (row, key) in rows.Zip(SpendKeys))
        {
            var record = new SpendKeyRecord
            {
                Id = key.Id,
                Name = row.Name,
                Preview = SpendKeyText.Preview(key.Key),
                Digest = SpendKeyText.Digest(key.Key),
                IsPaused = row.IsPaused,
                SpendLimit = new UsageLimit(
                    LimitUnit.Spend, LimitCycle.Monthly, Money.FromDollars(row.Dollars).Units, LimitScope.SpendKey),
                CreatedAt = at,
            };
            await stores.SpendKeys.CreateAsync(MerchantId, record, cancellationToken);
        }
    }
}
