using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Server.Demo;

/// <summary>Makes the calls of one day after the other, priced and charged by the code that does so for live ones.</summary>
internal sealed class DemoCalls
{
    // Calls of the merchant's own people.
    private const double Internal = 0.04;
    private const int OthersToTry = 20;

    // Work that was done elsewhere and reported.
    private const double Reported = 0.015;

    // Of those who buy no credit: reports are taken all the same, and end below zero.
    private const double ReportedDry = 0.2;
    private const string ReportMetadata = """{"feature":"nightly"}""";

    // The day on which somebody's script ran wild, as a part of the whole time.
    private const double AbuseAt = 0.83;
    private const int AbuseQuarters = 8;
    private static readonly TimeSpan AbuseBegin = TimeSpan.FromHours(2);
    private static readonly DemoFeature Evaluation = DemoFeature.All[^1];

    private readonly DemoShop _shop;
    private readonly DemoCustomer[] _people;
    private readonly double[] _weights;
    private readonly DemoTime _time;
    private readonly PriceCatalog _prices;
    private readonly DemoAnswer _answer;
    private readonly DemoRefusals _refusals;
    private readonly SeededRandom _random;
    private readonly long _merchantWallet;
    private readonly MeterPositions _positions = new();

    public DemoCalls(
        DemoShop shop, DemoCustomer[] people, long merchantWallet, DemoTime time, PriceCatalog prices, DemoRefusals refusals,
        SeededRandom random)
    {
        _shop = shop;
        _people = people;
        _merchantWallet = merchantWallet;
        _time = time;
        _prices = prices;
        _answer = new DemoAnswer(time, random);
        _refusals = refusals;
        _random = random;
        var sum = 0.0;
        _weights = Array.ConvertAll(people, customer => sum += customer.Weight);
    }

    /// <summary>The calls of a day, ascending by time.</summary>
    /// <param name="day">The day, from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="present">How many of the customers have come by its end.</param>
    public List<UsageRecord> Make(int day, int count, int present)
    {
        var book = _prices.On(DateOnly.FromDateTime(_time.Begin.AddDays(day).UtcDateTime));
        var drawn = new List<(DateTimeOffset At, DemoCustomer? Customer)>(count);
        for (var i = 0; i < count; i++)
        {
            drawn.Add(Draw(day, present));
        }

        drawn.Sort((left, right) => left.At.CompareTo(right.At));
        var records = new List<UsageRecord>(count);
        foreach (var (at, customer) in drawn)
        {
            var record = New(at);
            if (customer is null || !Call(record, at, customer, present, book))
            {
                record = customer is null ? record : New(at);
                CallInside(record, at, book);
            }

            records.Add(record);
        }

        AbuseOn(day, count);
        return records;
    }

    private (DateTimeOffset At, DemoCustomer? Customer) Draw(int day, int present)
    {
        if (_random.Chance(Internal))
        {
            return (_time.Draw(day, 1, _random), null);
        }

        var customer = Pick(present);
        var at = _time.Draw(day, customer.Zone, _random);
        if (at < customer.NotBefore)
        {
            var rest = _time.EndOf(day) - customer.NotBefore;
            at = customer.NotBefore.AddMicroseconds(Math.Floor(rest.TotalMicroseconds * _random.Fraction()));
        }

        return (at, customer);
    }

    private DemoCustomer Pick(int present) => _people[_random.In(_weights.AsSpan(0, present))];

    private UsageRecord New(DateTimeOffset at)
    {
        var id = DemoShop.NextId(at, _random);
        return new UsageRecord
        {
            Id = id,
            RequestId = Ids.Format(IdPrefix.Request, test: true, id),
            MerchantId = _shop.MerchantId,
            CreatedAtMicros = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        };
    }

    // The merchant pays for its own people.
    private void CallInside(UsageRecord record, DateTimeOffset at, PriceBook book)
    {
        record.SpendKeyId = _shop.SpendKeys[_random.Below(_shop.SpendKeys.Length - 1)].Id;
        record.WalletId = _merchantWallet;
        record.CycleStart = BillingCycle.StartOf(at);
        _answer.Fill(record, Evaluation, at, book);
        record.Debit = record.Cost;
        record.Held = Reserved(record.Debit);
    }

    // False: nobody may call now, so that one of the merchant's own people does.
    private bool Call(UsageRecord record, DateTimeOffset at, DemoCustomer customer, int present, PriceBook book)
    {
        var feature = DemoFeature.Pick(_random);
        var isReport = _random.Chance(customer.IsDry ? ReportedDry : Reported);
        var meter = _shop.Meters[isReport ? DemoShop.ReportMeter : feature.Meter];
        if (isReport)
        {
            Report(record, book);
        }
        else
        {
            _answer.Fill(record, feature, at, book);
            record.Metadata = feature.Metadata;
        }

        record.MeterId = meter.Id;
        record.Billed = true;
        for (var tries = 0; tries < OthersToTry; tries++)
        {
            if (at >= customer.NotBefore && at >= customer.Row.CreatedAt && TryCharge(record, at, customer, meter))
            {
                return true;
            }

            customer = Pick(present);
        }

        return false;
    }

    // As UsageReports does: no provider, no cost.
    private void Report(UsageRecord record, PriceBook book)
    {
        record.RequestId = $"job-{_random.Next():x16}";
        record.Reported = true;
        record.Status = RequestStatus.Completed;
        record.Usage = new Usage { Certainty = UsageCertainty.Exact };
        record.Metadata = ReportMetadata;
        record.PriceVersion = book.Version;
        record.CompletedAtMicros = record.CreatedAtMicros;
        record.Fingerprint = new UInt128(_random.Next(), _random.Next());
    }

    private bool TryCharge(UsageRecord record, DateTimeOffset at, DemoCustomer customer, Meter meter)
    {
        if (!record.Reported && customer.CallsToday >= customer.DailyCalls)
        {
            _refusals.Add(at, ErrorCode.RequestLimitExceeded, customer);
            return false;
        }

        var cycle = customer.Cycle is { } own ? DateOnly.FromDateTime(own.Start.UtcDateTime) : BillingCycle.StartOf(at);
        var charge = default(Charge);
        var before = 0L;
        if (record.Status != RequestStatus.Error)
        {
            before = _positions.Current(customer.Row.Id, meter.Id, cycle);
            charge = ChargeCalculator.Charge(meter, record.Usage, record.Cost, before);
        }

        if (!record.Reported && customer.MonthlySpend is { } limit && customer.SpentThisMonth + charge.Amount > limit)
        {
            _refusals.Add(at, ErrorCode.SpendLimitExceeded, customer);
            return false;
        }

        if (!record.Reported && customer.Floor is { } floor && customer.Balance - customer.SpentToday - charge.Amount < floor)
        {
            _refusals.Add(at, ErrorCode.InsufficientCredit, customer);
            return false;
        }

        record.CustomerId = customer.Row.Id;
        record.WalletId = customer.Row.WalletId;
        record.CycleStart = cycle;
        record.RateType = record.Status == RequestStatus.Error ? default : meter.RateType;
        record.TierType = record.Status == RequestStatus.Error ? default : meter.TierType;
        record.UnitsBefore = before;
        record.Units = charge.Units;
        record.Charge = charge.Amount;
        record.Slices = charge.Slices ?? [];
        record.Debit = charge.Amount;
        record.Held = record.Reported ? Money.Zero : Reserved(charge.Amount);
        _positions.Advance(customer.Row.Id, meter.Id, cycle, charge.Units);
        customer.FirstCall ??= at;
        customer.CallsToday++;
        customer.SpentToday += charge.Amount;
        customer.SpentThisMonth += charge.Amount;
        return true;
    }

    // One whose calls are limited tried a whole night long.
    private void AbuseOn(int day, int count)
    {
        if (day != (int)(_time.Days * AbuseAt)
            || Array.Find(_people, customer => customer.DailyCalls is not null) is not { } customer)
        {
            return;
        }

        for (var quarter = 0; quarter < AbuseQuarters; quarter++)
        {
            var at = _time.Begin.AddDays(day) + AbuseBegin + TimeSpan.FromMinutes(15 * quarter);
            if (at > customer.Row.CreatedAt)
            {
                _refusals.Add(at, ErrorCode.RequestLimitExceeded, customer, 1 + (count / 40) + _random.Below(1 + (count / 20)));
            }
        }
    }

    // Before an answer nobody knows how long it will be.
    private static Money Reserved(Money debit) => new(debit.Units + (debit.Units / 10 * 7) + 4_000_000);
}
