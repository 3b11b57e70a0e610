using System.Text;
using Lava.Core;
using Lava.Metering.Pricing;
using Lava.Postgres;

namespace Lava.Server.Api.Meters;

/// <summary><c>/v1/meters</c>: what customers are charged.</summary>
internal sealed class MeterEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    private readonly MeterStore _store = dependencies.Stores.Meters;

    public async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var record = ReadNew(call, body);
        body.Errors.ThrowIfAny();
        await gate.RunAsync(
            call.Merchant.Id,
            async () => Publish(await _store.CreateAsync(record, CancellationToken.None)),
            call.Aborted);
        await call.CreatedAsync(View(call, record));
    }

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        call.Query.Errors.ThrowIfAny();
        var rows = await _store.ListAsync(call.Merchant.Id, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<MeterView>.From(rows, limit, row => View(call, row), row => Cursor.Encode(row.Meter.Id)));
    }

    public async Task GetAsync(ApiCall call) => await call.OkAsync(View(call, await FindAsync(call)));

    public async Task UpdateAsync(ApiCall call)
    {
        var meter = (await FindAsync(call)).Meter;
        var body = await call.ReadBodyAsync();
        RefuseFixedFields(body, meter);
        var name = body.Text("name");
        if (body.IsNull("name"))
        {
            body.Errors.Add("name", "can't be cleared");
        }

        var change = new MeterChange(
            name.Value,
            MeterFields.ReadTiers(body, meter.RateType),
            body.Choice("token_basis", MeterNames.TokenBases),
            body.Choice("base_cost_payer", MeterNames.BaseCostPayers));
        body.Errors.ThrowIfAny();
        var record = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var updated = await _store.UpdateAsync(call.Merchant.Id, meter.Id, change, CancellationToken.None);
                return updated is null ? null : Publish(updated);
            },
            call.Aborted);
        await call.OkAsync(View(call, record ?? throw ApiException.NotFound("meter")));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        // From the snapshot: one that PostgreSQL has deleted, while the answer was lost, must still leave it.
        if (!dependencies.Pricing.Current.TryFindMeter(call.Merchant.Id, Encoding.UTF8.GetBytes(call.Id), out var meter))
        {
            throw ApiException.NotFound("meter");
        }

        await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                var deleted = await _store.DeleteAsync(call.Merchant.Id, meter.Id, dependencies.Time.GetUtcNow(), CancellationToken.None);
                dependencies.Pricing.Swap(pricing => pricing.Without(meter));
                return deleted;
            },
            call.Aborted);
        await call.OkAsync(new DeletedView(call.Format(IdPrefix.Meter, meter.Id), true));
    }

    // The rate type and the unit are what the figures of past requests mean; a change would rewrite them.
    private static void RefuseFixedFields(RequestBody body, Meter meter)
    {
        if (body.Choice("rate_type", MeterNames.RateTypes) is { } rateType && rateType != meter.RateType)
        {
            body.Errors.Add("rate_type", "can't be changed");
        }

        if (body.Choice("tier_type", MeterNames.TierTypes) is { } tierType && tierType != meter.TierType)
        {
            body.Errors.Add("tier_type", "can't be changed");
        }
    }

    private MeterRecord ReadNew(ApiCall call, RequestBody body)
    {
        var id = Ids.New(dependencies.Time);
        var name = body.RequiredText("name");
        var rateType = body.Choice("rate_type", MeterNames.RateTypes, required: true) ?? RateType.Fixed;
        var tierType = body.Choice("tier_type", MeterNames.TierTypes, required: true) ?? TierType.Tokens1M;
        var tiers = MeterFields.ReadTiers(body, rateType);
        if (tiers is null)
        {
            body.Errors.Add("tiers", "is required");
        }

        var meter = new Meter
        {
            Id = id,
            MerchantId = call.Merchant.Id,
            Slug = body.Text("meter_slug", TextRules.Slug).Value ?? call.Format(IdPrefix.Meter, id),
            RateType = rateType,
            TierType = tierType,
            TokenBasis = body.Choice("token_basis", MeterNames.TokenBases) ?? TokenBasis.InputAndOutput,
            BaseCostPayer = body.Choice("base_cost_payer", MeterNames.BaseCostPayers) ?? MeterRules.DefaultBaseCostPayer(rateType),
            Tiers = tiers ?? [],
        };
        return new MeterRecord(meter, name, dependencies.Time.GetUtcNow());
    }

    private async Task<MeterRecord> FindAsync(ApiCall call)
    {
        var id = Ids.TryParse(IdPrefix.Meter, call.Id, out var parsed) ? parsed : (Guid?)null;
        return await _store.FindAsync(call.Merchant.Id, id, call.Id, call.Aborted) ?? throw ApiException.NotFound("meter");
    }

    private MeterRecord Publish(MeterRecord record)
    {
        dependencies.Pricing.Swap(pricing => pricing.With(record.Meter));
        return record;
    }

    private MeterView View(ApiCall call, MeterRecord record) => MeterView.From(record, call.Merchant.IsTest, dependencies.LegacySecrets);
}
