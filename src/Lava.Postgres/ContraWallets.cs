using Npgsql;

namespace Lava.Postgres;

/// <summary>
/// The accounts that a merchant's calls are booked against: they are made with the merchant and never change. As many as there are
/// merchants.
/// </summary>
internal sealed class ContraWallets
{
    private readonly Dictionary<Guid, (long Revenue, long ProviderCost)> _wallets = [];

    /// <summary>Revenue where the customer is charged, else the provider's cost.</summary>
    public long Of(in FlushFacts facts)
    {
        var (revenue, providerCost) = _wallets[facts.MerchantId];
        return facts.Billed ? revenue : providerCost;
    }

    /// <summary>Reads those of merchants that were not seen before.</summary>
    /// <exception cref="UnknownWalletException">A merchant has none.</exception>
    public async Task EnsureAsync(
        NpgsqlConnection connection, UsageRecordBatch batch, int first, int count, CancellationToken cancellationToken)
    {
        if (FindUnknown(batch.Facts(first, count)) is { Count: > 0 } unknown)
        {
            await ReadAsync(connection, [.. unknown], cancellationToken);
            unknown.ExceptWith(_wallets.Keys);
            if (unknown.Count > 0)
            {
                throw new UnknownWalletException($"No accounts of merchant {unknown.First()}.");
            }
        }
    }

    private HashSet<Guid>? FindUnknown(ReadOnlySpan<FlushFacts> facts)
    {
        HashSet<Guid>? unknown = null;
        Guid? seen = null;
        foreach (ref readonly var call in facts)
        {
            if (call.MerchantId != seen && !_wallets.ContainsKey(call.MerchantId))
            {
                (unknown ??= []).Add(call.MerchantId);
            }

            seen = call.MerchantId;
        }

        return unknown;
    }

    private async Task ReadAsync(NpgsqlConnection connection, Guid[] merchants, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(UsageRecordSql.FindContra, connection);
        command.Parameters.Add(new() { Value = merchants });
        var accounts = await command.ReadAllAsync(
            row => (Merchant: row.GetGuid(0), Kind: (WalletKind)row.GetInt16(1), Wallet: row.GetInt64(2)), cancellationToken);
        foreach (var merchant in accounts.GroupBy(account => account.Merchant))
        {
            var wallets = merchant.ToDictionary(account => account.Kind, account => account.Wallet);
            if (wallets.TryGetValue(WalletKind.Revenue, out var revenue) && wallets.TryGetValue(WalletKind.ProviderCost, out var cost))
            {
                _wallets[merchant.Key] = (revenue, cost);
            }
        }
    }
}
