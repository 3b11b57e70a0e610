using System.Data;
using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Testing.Postgres;
using Lava.Tests.Billing;
using Lava.Tests.Wallets.Journal;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Npgsql;

namespace Lava.Tests.Postgres.Verification;

/// <summary>
/// Books with all that a check looks at, made by the code that makes them: credit of every origin, spent, expired, refunded and mended;
/// calls billed and not, priced and reported; two merchants; a journal of which PostgreSQL lacks the end.
/// </summary>
public sealed class VerifiedBooks(PostgresServer server) : IAsyncLifetime
{
    public const int Node = 1;
    private static readonly PriceCatalog Prices = PriceCatalog.Shipped();
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly DateOnly Cycle = BillingCycle.StartOf(Now);
    private readonly TempDirectory _directory = new();
    private readonly MeterPositions _positions = new();
    private readonly List<UsageRecord> _records = [];
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;
    private JournalWriter _journal = null!;
    private JournalPosition _position;
    private long _durable;

    public string ConnectionString { get; private set; } = "";

    public string Journal => _directory.Path;

    public long Position => _position.Sequence;

    public async Task InitializeAsync()
    {
        ConnectionString = await server.CreateDatabaseAsync();
        _source = NpgsqlDataSource.Create(ConnectionString);
        _books = await Books.OpenAsync(_source);
        _position = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
        var options = new JournalOptions { Directory = Journal, NodeId = Node, SegmentBytes = 1 << 16 };
        _journal = JournalWriter.Open(options, RecoveryResult.Empty(), failure => throw failure);
        await MakeAsync();
        await _journal.DisposeAsync();
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>
    /// What the checks find after statements that break the books, which are undone again. No trigger and no foreign key hinders them.
    /// </summary>
    internal async Task<List<CheckResult>> VerifyAsync(string? damage = null, string? journal = null, int node = Node)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var snapshot = new BookSnapshot(connection);
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var command = new NpgsqlCommand("set local session_replication_role = replica;" + damage, connection);
        await command.ExecuteNonQueryAsync();
        var results = new List<CheckResult>();
        await foreach (var result in new BookVerification(journal ?? Journal, node).RunAsync(snapshot, Prices, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }

    private async Task MakeAsync()
    {
        Meter[] meters =
        [
            await MeterAsync("percent", RateType.Percentage, TierType.Tokens1M, (0, "0.25"), (500, "0.10")),
            await MeterAsync("tokens", RateType.Fixed, TierType.Tokens1M, (0, "3"), (700, "2.5"), (1_000_000, "1")),
            await MeterAsync("calls", RateType.Fixed, TierType.Requests, (0, "0.01"), (3, "0.005")),
            await MeterAsync("minutes", RateType.Fixed, TierType.Minutes, (0, "0.02")),
        ];
        var rich = await _books.AddCustomerAsync();
        var poor = await _books.AddCustomerAsync();
        var grants = new List<Guid>
        {
            await GiveAsync(rich, "2", CreditOrigin.Grant, Now.AddMinutes(30)),
            await GiveAsync(rich, "0.05", CreditOrigin.Purchase),
            await GiveAsync(rich, "1", CreditOrigin.CycleCredit),
            await GiveAsync(poor, "0.0001", CreditOrigin.Grant),
        };
        for (var call = 0; call < 40; call++)
        {
            await CallAsync(call % 5 == 0 ? poor : rich, meters[call % meters.Length], isBilled: call % 7 != 0, isReport: call % 6 == 0);
        }

        await FlushAsync();
        await AdjustAsync(rich, grants);
        await SubscribeAsync();
        await PayAsync(await _books.AddCustomerAsync());

        // The tail: durable, and not in PostgreSQL.
        await CallAsync(rich, meters[0], isBilled: true, isReport: false);
        await CallAsync(rich, meters[1], isBilled: true, isReport: true);

        // Another merchant, so that what lands on the wrong one's accounts can be seen.
        await Books.OpenAsync(_source);
    }

    // A payment that gives credit and pays overage: two grants.
    private async Task PayAsync((Guid Id, long WalletId) customer)
    {
        var card = new PaymentMethod
        {
            Id = Ids.New(TimeProvider.System),
            CustomerId = customer.Id,
            Provider = PaymentProviderKind.Sandbox,
            Reference = "pm_card_visa",
            Brand = "visa",
            Last4 = "4242",
            ExpiryMonth = 1,
            ExpiryYear = 2030,
            IsDefault = true,
            CreatedAt = Now,
        };
        await new PaymentMethodStore(_source, _position).AddAsync(_books.MerchantId, customer.WalletId, card, CancellationToken.None);
        var store = new PaymentStore(_source, _position, TimeProvider.System, new SubscriptionMoney());
        var payment = new NewPayment
        {
            Kind = PaymentKind.TopUp,
            MerchantId = _books.MerchantId,
            CustomerId = customer.Id,
            WalletId = customer.WalletId,
            Fee = Money.Parse("5"),
            Overage = Money.Parse("1"),
            Credit = Money.Parse("4"),

            // What the wallet watch asks for is charged as it was asked; what a person asks for is capped at what is owed.
            IsAutomatic = true,
        };
        var opening = await store.OpenAsync(Ids.New(TimeProvider.System), payment, CancellationToken.None);
        var attempt = await store.BeginAsync(opening.Payment!.Id, CancellationToken.None);
        await store.SucceedAsync(
            attempt!, new ChargeResult(ChargeOutcome.Succeeded, null, null, "ch"), CancellationToken.None);
        await _books.ExecuteAsync(
            """
            insert into refunds (refund_id, payment_id, charge_reference, origin, amount, takes_credit, shares, status, fingerprint,
              created_at, ended_at)
            select gen_random_uuid(), payment_id, 'ch', 0, 100000000, false, '[]', 2, payment_id, now(), now() from payments
            """);
    }

    private async Task<Meter> MeterAsync(string slug, RateType rateType, TierType tierType, params (long Start, string Rate)[] tiers)
    {
        var meter = new Meter
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = _books.MerchantId,
            Slug = slug,
            RateType = rateType,
            TierType = tierType,
            BaseCostPayer = MeterRules.DefaultBaseCostPayer(rateType),
            Tiers = [.. tiers.Select(tier => new MeterTier(tier.Start, Money.Parse(tier.Rate)))],
        };
        await new MeterStore(_source).CreateAsync(new MeterRecord(meter, slug, Now), CancellationToken.None);
        return meter;
    }

    // Two cycles: a year cuts a month short.
    private async Task SubscribeAsync()
    {
        var (customer, _) = await _books.AddCustomerAsync();
        var store = new RenewalStore(_source, _position);
        foreach (var interval in new[] { BillingInterval.Month, BillingInterval.Year })
        {
            var plan = new Plan
            {
                Id = Ids.New(TimeProvider.System),
                MerchantId = _books.MerchantId,
                Terms = new PlanTerms("Plan", Money.Parse("3"), Money.Parse("2"), interval, Rollover.None, Rollover.None),
                Meters = [],
                Bundles = [],
                CreatedAt = Now,
            };
            await new PlanStore(_source).CreateAsync(plan, CancellationToken.None);
            var order = new StartOrder(plan.MerchantId, customer, plan.Id, plan.Id, plan.Id);
            Assert.True((await store.StartAsync(order, Ids.New(TimeProvider.System), CancellationToken.None)).Applied);
        }
    }

    private async Task<Guid> GiveAsync(
        (Guid Id, long WalletId) customer, string amount, CreditOrigin origin, DateTimeOffset? expires = null)
    {
        var grant = new NewGrant
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = _books.MerchantId,
            CustomerId = customer.Id,
            WalletId = customer.WalletId,
            Amount = Money.Parse(amount),
            Origin = origin,
            ExpiresAt = expires,
            Fingerprint = Guid.NewGuid(),
        };
        var result = await new GrantStore(_source, _position, TimeProvider.System).AddAsync(grant, CancellationToken.None);
        Assert.Equal(GrantOutcome.Given, result.Outcome);
        return grant.Id;
    }

    private async Task AdjustAsync((Guid Id, long WalletId) customer, List<Guid> grants)
    {
        var later = new SetTime(Now.AddHours(1));
        var expiry = new ExpiryStore(_source, _position, later);
        await expiry.ExpireAsync(Guid.NewGuid(), customer.WalletId, expired => expired.Remaining, CancellationToken.None);
        var store = new AdjustmentStore(_source, _position, TimeProvider.System);
        foreach (var (kind, amount, grant) in new[]
        {
            (AdjustmentKind.Refund, "0.001", grants[1]), (AdjustmentKind.Correction, "0.5", default(Guid?)),
            (AdjustmentKind.Correction, "-0.1", null),
        })
        {
            var adjustment = new NewAdjustment
            {
                Id = Ids.New(TimeProvider.System),
                MerchantId = _books.MerchantId,
                CustomerId = customer.Id,
                WalletId = customer.WalletId,
                Kind = kind,
                Amount = Money.Parse(amount),
                Reason = "test",
                GrantId = grant,
                Fingerprint = Guid.NewGuid(),
            };
            var result = await store.BookAsync(adjustment, _ => true, CancellationToken.None);
            Assert.Equal(AdjustmentOutcome.Booked, result.Outcome);
        }
    }

    private async Task CallAsync((Guid Id, long WalletId) customer, Meter meter, bool isBilled, bool isReport)
    {
        var record = _books.Record(customer.Id, isBilled ? customer.WalletId : _books.MerchantWallet, 0);
        record.RequestId = isReport ? $"report-{_records.Count}" : Ids.Format(IdPrefix.Request, test: true, record.Id);
        record.MeterId = meter.Id;
        record.Billed = isBilled;
        record.Reported = isReport;
        record.CycleStart = Cycle;
        record.PriceVersion = Prices.Version;
        record.CreatedAtMicros = (Now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record.Usage = new Usage
        {
            InputTokens = 100 + _records.Count,
            CachedInputTokens = _records.Count,
            OutputTokens = 30,
            InputMicroseconds = 1_234_567,
            Certainty = UsageCertainty.Exact,
        };
        Price(record, meter);
        await SettleAsync(record);
    }

    private void Price(UsageRecord record, Meter meter)
    {
        if (!record.Reported)
        {
            Assert.True(Prices.On(DateOnly.FromDateTime(Now.UtcDateTime)).TryFind(record.Provider, "gpt-4o-mini"u8, out var price));
            var cost = CostCalculator.Cost(record.Usage, price);
            (record.InputCost, record.OutputCost) = (cost.Input, cost.Output);
        }

        record.RateType = meter.RateType;
        record.TierType = meter.TierType;
        record.Units = ChargeCalculator.Units(meter, record.Usage);
        record.UnitsBefore = _positions.Advance(record.CustomerId!.Value, meter.Id, Cycle, record.Units);
        var charge = ChargeCalculator.Charge(meter, record.Usage, record.Cost, record.UnitsBefore);
        (record.Charge, record.Slices) = (charge.Amount, charge.Slices);
        record.Held = Money.Zero;
        record.Debit = record.Billed ? record.Charge : record.Cost;
    }

    private async Task SettleAsync(UsageRecord record)
    {
        var payload = new byte[UsageRecordCodec.MaxSize(record)];
        var length = UsageRecordCodec.Encode(record, payload);
        var entry = new JournalEntry(JournalRecordType.Reserve, record.Id, record.WalletId, record.Held, record.Debit);
        Assert.True(_journal.TryAppend(entry with { Debit = Money.Zero }, payload.AsSpan(0, length), out _));
        Assert.True(_journal.TryAppend(entry with { Type = JournalRecordType.Settle }, payload.AsSpan(0, length), out var ticket));
        await _journal.WaitDurableAsync(ticket);
        _durable = _journal.DurableSequence;
        _records.Add(record);
    }

    private async Task FlushAsync()
    {
        await using var writer = new UsageRecordWriter(_source);
        _position = await writer.WriteAsync(_records, _position, _durable, CancellationToken.None);
    }
}
