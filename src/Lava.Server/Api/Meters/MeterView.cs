using Lava.Core;
using Lava.Metering;
using Lava.Postgres;

namespace Lava.Server.Api.Meters;

/// <summary>A meter as the API shows it; the two secrets, which are one, are for the 2025 SDKs.</summary>
internal sealed record MeterView(
    string MeterId,
    string MeterSlug,
    string Name,
    string RateType,
    IReadOnlyList<TierView> Tiers,
    string TokenBasis,
    string BaseCostPayer,
    DateTimeOffset CreatedAt,
    string MeterSecret,
    string ProductSecret)
{
    /// <summary>There is no service charge any more; whoever asks hears who would not mind.</summary>
    public string ServiceChargePayer { get; } = MeterNames.BaseCostPayers.NameOf(Lava.Metering.Pricing.BaseCostPayer.Merchant);

    public static MeterView From(MeterRecord record, bool isTest, LegacySecret secrets)
    {
        var meter = record.Meter;
        var unit = RequestJson.UnitName(meter.TierType);
        var secret = secrets.FormatMeter(meter.Id);
        return new MeterView(
            Ids.Format(IdPrefix.Meter, isTest, meter.Id),
            meter.Slug,
            record.Name,
            RequestJson.RateTypeName(meter.RateType),
            Array.ConvertAll(meter.Tiers, tier => new TierView(tier.Start, tier.Rate, unit)),
            MeterNames.TokenBases.NameOf(meter.TokenBasis),
            MeterNames.BaseCostPayers.NameOf(meter.BaseCostPayer),
            record.CreatedAt,
            secret,
            secret);
    }
}
