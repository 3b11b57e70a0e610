using System.Collections.Frozen;
using System.Data;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// Reads all that the gateway keeps in memory, in one transaction: balances, meter positions and the journal position belong together.
/// Take the journal position first (<see cref="JournalPosition.TakeAsync"/>): no older process can then change them.
/// </summary>
public sealed class SnapshotLoader(NpgsqlDataSource source)
{
    /// <summary>Loads everything; meter positions of cycles that started on <paramref name="cyclesSince"/> or later.</summary>
    public async Task<LoadedState> LoadAsync(
        int nodeId, PriceBook prices, DateOnly cyclesSince, ISnapshotSink sink, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var sequence = 0L;
        await ReadAsync(connection, SnapshotSql.Position, nodeId, reader => sequence = reader.GetInt64(0), cancellationToken);

        var keys = await ReadSecretKeysAsync(connection, cancellationToken);
        var spendKeys = await ReadSpendKeysAsync(connection, keys, cancellationToken);
        var providerKeys = new List<ProviderKeyRecord>();
        await ReadAsync(
            connection, SnapshotSql.ProviderKeys, null, reader => providerKeys.Add(ProviderKeyStore.Read(reader)), cancellationToken);
        var customers = new List<Customer>();
        var plans = new Dictionary<Guid, FrozenSet<Guid>>();
        await ReadAsync(
            connection, SnapshotSql.PlanMeters, null,
            reader => plans.Add(reader.GetGuid(0), reader.GetFieldValue<Guid[]>(1).ToFrozenSet()), cancellationToken);
        await ReadAsync(
            connection, SnapshotSql.Customers, null,
            reader => customers.Add(CustomerAccountRow.Read(reader, SharedMeters)), cancellationToken);
        customers.FindAll(customer => customer.Limits.Length > 0).ForEach(customer => sink.OpenLimits(customer.Id, customer.Limits));
        spendKeys.FindAll(key => key.Limits.Length > 0).ForEach(key => sink.OpenLimits(key.Id, key.Limits));
        await ReadAsync(connection, SnapshotSql.Used, null, reader => sink.SetUsed(UsageWindowSql.Read(reader)), cancellationToken);
        var meters = new List<Meter>();
        await ReadAsync(connection, SnapshotSql.Meters, null, reader => meters.Add(ReadMeter(reader)), cancellationToken);
        await ReadAsync(connection, SnapshotSql.Wallets, null, reader => OpenWallet(reader, sink), cancellationToken);
        await ReadAsync(connection, SnapshotSql.MeterPositions, cyclesSince, reader => SetMeterPosition(reader, sink), cancellationToken);
        var jobs = new List<UsageRecord>();
        await ReadAsync(connection, SnapshotSql.OpenJobs, null, reader => jobs.Add(RequestRow.Read(reader)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new LoadedState(
            AccountSnapshot.Create(keys, customers, spendKeys), PricingSnapshot.Create(prices, meters), sequence, jobs, providerKeys);

        // Those who share a plan share the set of its meters.
        FrozenSet<Guid> SharedMeters(Guid plan) => plans.GetValueOrDefault(plan, FrozenSet<Guid>.Empty);
    }

    private static async Task ReadAsync(
        NpgsqlConnection connection, string sql, object? parameter, Action<NpgsqlDataReader> row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (parameter is not null)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            row(reader);
        }
    }

    private static async Task<List<SecretKey>> ReadSecretKeysAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var keys = new List<SecretKey>();
        var merchants = new Dictionary<Guid, Merchant>();
        await ReadAsync(
            connection, SnapshotSql.SecretKeys, null, reader => keys.Add(ReadSecretKey(reader, merchants)), cancellationToken);
        return keys;
    }

    // A merchant's last secret key can't be deleted: each that has spend keys has one.
    private static async Task<List<SpendKey>> ReadSpendKeysAsync(
        NpgsqlConnection connection, List<SecretKey> keys, CancellationToken cancellationToken)
    {
        var merchants = keys.Select(key => key.Merchant).DistinctBy(merchant => merchant.Id).ToDictionary(merchant => merchant.Id);
        var spendKeys = new List<SpendKey>();
        await ReadAsync(
            connection, SnapshotSql.SpendKeys, null,
            reader => spendKeys.Add(SpendKeyRow.Read(reader).ToSpendKey(merchants[reader.GetGuid(SpendKeyRow.Count)])), cancellationToken);
        return spendKeys;
    }

    private static SecretKey ReadSecretKey(NpgsqlDataReader reader, Dictionary<Guid, Merchant> merchants)
    {
        var merchantId = reader.GetGuid(2);
        if (!merchants.TryGetValue(merchantId, out var merchant))
        {
            merchant = new Merchant
            {
                Id = merchantId,
                IsTest = reader.GetBoolean(3),
                WalletId = reader.GetInt64(4),
                RefuseUnlinkedMeters = reader.GetBoolean(5),
                CeilingInput = reader.IsDBNull(6) ? null : new Money(reader.GetInt64(6)),
                CeilingOutput = reader.IsDBNull(7) ? null : new Money(reader.GetInt64(7)),
                LowBalance = new Money(reader.GetInt64(8)),
                SupportContact = reader.Text(9),
            };
            merchants.Add(merchantId, merchant);
        }

        return new SecretKey
        {
            Id = reader.GetGuid(0),
            Digest = UInt256.FromBytes(reader.GetFieldValue<byte[]>(1)),
            Merchant = merchant,
        };
    }

    private static Meter ReadMeter(NpgsqlDataReader reader)
    {
        var starts = reader.GetFieldValue<long[]>(7);
        var rates = reader.GetFieldValue<long[]>(8);
        return new Meter
        {
            Id = reader.GetGuid(0),
            MerchantId = reader.GetGuid(1),
            Slug = reader.GetString(2),
            RateType = (RateType)reader.GetInt16(3),
            TierType = (TierType)reader.GetInt16(4),
            TokenBasis = (TokenBasis)reader.GetInt16(5),
            BaseCostPayer = (BaseCostPayer)reader.GetInt16(6),
            Tiers = [.. starts.Zip(rates, (start, rate) => new MeterTier(start, new Money(rate)))],
        };
    }

    private static void OpenWallet(NpgsqlDataReader reader, ISnapshotSink sink) => sink.OpenWallet(
        reader.GetInt64(0),
        new Money(reader.GetInt64(1)),
        reader.IsDBNull(2) ? WalletBalance.NoFloor : new Money(reader.GetInt64(2)));

    private static void SetMeterPosition(NpgsqlDataReader reader, ISnapshotSink sink) => sink.SetMeterPosition(
        new MeterPosition(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateOnly>(2), reader.GetInt64(3)));
}
