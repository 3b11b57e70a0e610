using Lava.Core;
using Lava.Metering.Pricing;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Meters and their tiers.</summary>
public sealed class MeterStore(StoreSource source)
{
    private const string Select =
        """
        select m.meter_id, m.merchant_id, m.slug, m.name, m.rate_type, m.tier_type, m.token_basis, m.base_cost_payer, m.created_at,
          array(select start from meter_tiers t where t.meter_id = m.meter_id order by start),
          array(select rate from meter_tiers t where t.meter_id = m.meter_id order by start), m.deleted_at
        from meters m where m.merchant_id = @merchant
        """;

    private const string Live = $"{Select} and m.deleted_at is null";
    private const string Archived = $"{Select} and m.deleted_at is not null";

    /// <summary>Adds a meter.</summary>
    /// <exception cref="NameTakenException">Another meter of the merchant has the slug.</exception>
    public async Task<MeterRecord> CreateAsync(MeterRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await source.RunInTransactionAsync(connection => InsertAsync(connection, record, cancellationToken), cancellationToken);
            return record;
        }
        catch (PostgresException taken)
            when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "meters_by_slug" })
        {
            throw new NameTakenException("meter_slug", taken);
        }
    }

    /// <summary>A meter by id or, without one, by slug; null where this merchant has none.</summary>
    public async Task<MeterRecord?> FindAsync(Guid merchantId, Guid? id, string? slug, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{Live} and (m.slug = @slug or m.meter_id = @id)")
            .Add("merchant", merchantId).Add("id", id ?? Guid.Empty).AddText("slug", slug);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>A meter that was deleted; null where this merchant has none of this id.</summary>
    public async Task<MeterRecord?> FindArchivedAsync(Guid merchantId, Guid id, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"{Archived} and m.meter_id = @id").Add("merchant", merchantId).Add("id", id);
        var rows = await source.QueryAsync(command, Read, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Meters, newest first, older than <paramref name="before"/>: those in use, or those that were deleted.</summary>
    public Task<List<MeterRecord>> ListAsync(
        Guid merchantId, Guid? before, int limit, CancellationToken cancellationToken, bool archived = false)
    {
        var command = new NpgsqlCommand($"{(archived ? Archived : Live)} and m.meter_id < @before order by m.meter_id desc limit @limit")
            .Add("merchant", merchantId).Add("before", before ?? Guid.AllBitsSet).Add("limit", limit);
        return source.QueryAsync(command, Read, cancellationToken);
    }

    /// <summary>Changes a meter and returns it as it now stands; null where there is none.</summary>
    public Task<MeterRecord?> UpdateAsync(Guid merchantId, Guid id, MeterChange change, CancellationToken cancellationToken) =>
        source.RunInTransactionAsync(
            async connection =>
            {
                await using var update = new NpgsqlCommand(
                    """
                    update meters set name = coalesce(@name, name), token_basis = coalesce(@basis, token_basis),
                      base_cost_payer = coalesce(@payer, base_cost_payer)
                    where merchant_id = @merchant and meter_id = @id and deleted_at is null
                    """,
                    connection)
                    .Add("merchant", merchantId).Add("id", id).AddText("name", change.Name);
                AddSmall(update, "basis", (short?)change.TokenBasis);
                AddSmall(update, "payer", (short?)change.BaseCostPayer);
                if (await update.ExecuteNonQueryAsync(cancellationToken) == 0)
                {
                    return null;
                }

                if (change.Tiers is not null)
                {
                    await ReplaceTiersAsync(connection, id, change.Tiers, cancellationToken);
                }

                await using var select = new NpgsqlCommand($"{Live} and m.meter_id = @id", connection)
                    .Add("merchant", merchantId).Add("id", id);
                return await select.ReadFirstAsync(Read, cancellationToken);
            },
            cancellationToken);

    /// <summary>Marks a meter deleted; what it priced stays. False where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid merchantId, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            "update meters set deleted_at = @at where merchant_id = @merchant and meter_id = @id and deleted_at is null returning meter_id")
            .Add("merchant", merchantId).Add("id", id).AddTime("at", at);
        return (await source.QueryAsync(command, row => row.GetGuid(0), cancellationToken)).Count > 0;
    }

    private static async Task<bool> InsertAsync(NpgsqlConnection connection, MeterRecord record, CancellationToken cancellationToken)
    {
        var meter = record.Meter;
        await using var command = new NpgsqlCommand(
            """
            insert into meters (meter_id, merchant_id, slug, name, rate_type, tier_type, token_basis, base_cost_payer, created_at)
            values (@id, @merchant, @slug, @name, @rate, @tier, @basis, @payer, @at)
            """,
            connection)
            .Add("id", meter.Id).Add("merchant", meter.MerchantId).Add("slug", meter.Slug).Add("name", record.Name)
            .Add("rate", (short)meter.RateType).Add("tier", (short)meter.TierType)
            .Add("basis", (short)meter.TokenBasis).Add("payer", (short)meter.BaseCostPayer).AddTime("at", record.CreatedAt);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await ReplaceTiersAsync(connection, meter.Id, meter.Tiers, cancellationToken);
        return true;
    }

    private static async Task ReplaceTiersAsync(
        NpgsqlConnection connection, Guid id, MeterTier[] tiers, CancellationToken cancellationToken)
    {
        await using var delete = new NpgsqlCommand("delete from meter_tiers where meter_id = @id", connection).Add("id", id);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        await using var insert = new NpgsqlCommand(
            "insert into meter_tiers (meter_id, start, rate) select @id, * from unnest(@starts, @rates)", connection)
            .Add("id", id)
            .Add("starts", Array.ConvertAll(tiers, tier => tier.Start))
            .Add("rates", Array.ConvertAll(tiers, tier => tier.Rate.Units));
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddSmall(NpgsqlCommand command, string name, short? value) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Smallint) { Value = value is { } set ? set : DBNull.Value });

    private static MeterRecord Read(NpgsqlDataReader row)
    {
        var starts = row.GetFieldValue<long[]>(9);
        var rates = row.GetFieldValue<long[]>(10);
        var tiers = new MeterTier[starts.Length];
        for (var i = 0; i < tiers.Length; i++)
        {
            tiers[i] = new MeterTier(starts[i], new Money(rates[i]));
        }

        var meter = new Meter
        {
            Id = row.GetGuid(0),
            MerchantId = row.GetGuid(1),
            Slug = row.GetString(2),
            RateType = (RateType)row.GetInt16(4),
            TierType = (TierType)row.GetInt16(5),
            TokenBasis = (TokenBasis)row.GetInt16(6),
            BaseCostPayer = (BaseCostPayer)row.GetInt16(7),
            Tiers = tiers,
        };
        return new MeterRecord(meter, row.GetString(3), row.Time(8)) { ArchivedAt = row.IsDBNull(11) ? null : row.Time(11) };
    }
}
