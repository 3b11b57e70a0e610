using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>All that a request's page tells.</summary>
internal sealed record RequestFacts
{
    /// <summary>The record.</summary>
    public required UsageRecord Record { get; init; }

    /// <summary>Did the call cost nothing, whatever it used? Then it was not priced.</summary>
    public required bool IsUnpriced { get; init; }

    /// <summary>What priced it; null: not to be told.</summary>
    public required PriceOfRecord? Priced { get; init; }

    /// <summary>The row of the price file; null: not to be told.</summary>
    public required PriceRow? Row { get; init; }

    /// <summary>The version of this server's price file.</summary>
    public required int PriceVersion { get; init; }

    /// <summary>The cost's lines; empty where there are none, or they are not to be told.</summary>
    public required IReadOnlyList<CostLine> Lines { get; init; }

    /// <summary>Its ledger entries.</summary>
    public required IReadOnlyList<TransactionEntry> Entries { get; init; }

    /// <summary>The request before; null: none.</summary>
    public required Guid? Earlier { get; init; }

    /// <summary>The request after; null: none.</summary>
    public required Guid? Later { get; init; }

    /// <summary>Does the charge follow from the usage by the meter of today, or by the tiers that the record keeps?</summary>
    public required bool IsChargeProven { get; init; }

    /// <summary>Who bears the provider's cost by the record's own tiers; null: both ways give the same.</summary>
    public required BaseCostPayer? CostPayer { get; init; }

    /// <summary>Gathers them.</summary>
    public static async Task<RequestFacts> ReadAsync(PageCall call, PriceHistory prices, UsageRecord record)
    {
        var isUnpriced = CostProof.IsUnpriced(record);
        var priced = isUnpriced ? null : prices.Find(record);
        var (earlier, later) = await new RequestStore(call.Parts.Reading).FindNeighboursAsync(record, call.Aborted);
        var entries = await new LedgerStore(call.Parts.Reading).OfTransactionAsync(
            call.Merchant.Id, record.Id, RequestRows.At(record.CompletedAtMicros), call.Aborted);
        return new RequestFacts
        {
            Record = record,
            IsUnpriced = isUnpriced,
            Priced = priced,
            Row = priced is null ? null : prices.RowOf(priced),
            PriceVersion = prices.Version,
            Lines = priced is null ? [] : CostLines.Of(record, priced.Price, priced.Book),
            Entries = entries,
            Earlier = earlier,
            Later = later,
            IsChargeProven = IsByToday(call, record) || ChargeProof.IsByItsSlices(record),
            CostPayer = PayerOf(record),
        };
    }

    private static bool IsByToday(PageCall call, UsageRecord record) => record.MeterId is { } id
        && call.Parts.Management.Pricing.Current.Meters.TryGetValue(id, out var meter) && ChargeProof.IsBy(meter, record);

    private static BaseCostPayer? PayerOf(UsageRecord record) =>
        (ChargeProof.IsByItsSlices(record, BaseCostPayer.Wallet), ChargeProof.IsByItsSlices(record, BaseCostPayer.Merchant)) switch
        {
            (true, false) => BaseCostPayer.Wallet,
            (false, true) => BaseCostPayer.Merchant,
            _ => null,
        };
}
