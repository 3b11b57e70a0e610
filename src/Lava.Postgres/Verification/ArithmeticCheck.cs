using Lava.Core;
using Lava.Metering;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Npgsql;

namespace Lava.Postgres.Verification;

/// <summary>Prices and charges every request again. Goes through them in one pass, one in memory at a time.</summary>
internal sealed class ArithmeticCheck(PriceCatalog prices) : ICheck
{
    // Deleted ones as well: their charges stay.
    private const string SelectMeters = """
        select meter_id, merchant_id, slug, rate_type, tier_type, token_basis, base_cost_payer,
          array_agg(t.start order by t.start), array_agg(t.rate order by t.start)
        from meters m join meter_tiers t using (meter_id) group by m.meter_id
        """;

    private readonly CheckTally _charges = new("each charge is its usage at its meter's tiers, calculated again");
    private readonly CheckTally _costs = new("each cost is its usage at its model's price, calculated again");
    private readonly CostProof _proof = new(prices);
    private Dictionary<Guid, Meter> _meters = [];
    private long _byRecord;
    private long _untold;

    /// <summary>Two results: charges, costs.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var meters = new NpgsqlCommand(SelectMeters, connection))
        {
            _meters = (await meters.ReadAllAsync(ReadMeter, cancellationToken)).ToDictionary(meter => meter.Id);
        }

        await using var command = new NpgsqlCommand($"select {RequestRow.Columns} from requests r", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var record = RequestRow.Read(reader);
            CheckCharge(record);
            CheckCost(record);
        }

        _charges.Note = _byRecord == 0 ? null : $"{_byRecord} by the tiers that the record keeps: the meter is another today";
        _costs.Note = _untold == 0
            ? null
            : $"{_untold} can't be calculated again: priced by another price file, or at the requested model's price";
        return [_charges.ToResult(), _costs.ToResult()];
    }

    private static Meter ReadMeter(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        MerchantId = row.GetGuid(1),
        Slug = row.GetString(2),
        RateType = (RateType)row.GetInt16(3),
        TierType = (TierType)row.GetInt16(4),
        TokenBasis = (TokenBasis)row.GetInt16(5),
        BaseCostPayer = (BaseCostPayer)row.GetInt16(6),
        Tiers =
        [
            .. row.GetFieldValue<long[]>(7).Zip(row.GetFieldValue<long[]>(8), (start, rate) => new MeterTier(start, new Money(rate))),
        ],
    };

    private void CheckCharge(UsageRecord record)
    {
        _charges.Look();
        if (record.MeterId is { } id && _meters.TryGetValue(id, out var meter) && ChargeProof.IsBy(meter, record))
        {
            return;
        }

        if (!ChargeProof.IsByItsSlices(record))
        {
            _charges.Differs($"request {record.RequestId}: expected {ChargeProof.Expected(record)}, found {ChargeProof.Found(record)}");
        }
        else if (record.Slices.Length > 0)
        {
            _byRecord++;
        }
    }

    private void CheckCost(UsageRecord record)
    {
        _costs.Look();
        if (_proof.Recompute(record) is not { } cost)
        {
            _untold++;
        }
        else if (!CostProof.Matches(record, cost))
        {
            _costs.Differs($"request {record.RequestId}: expected {cost.Input} in and {cost.Output} out, "
                + $"found {record.InputCost} in and {record.OutputCost} out");
        }
    }
}
