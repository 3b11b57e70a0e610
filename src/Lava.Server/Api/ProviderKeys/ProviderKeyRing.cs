using System.Collections.Frozen;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.ProviderKeys;

/// <summary>
/// Merchants' own keys for providers between their rows and the gateway. The open keys are in the account snapshot alone; nothing here
/// writes one out.
/// </summary>
public sealed class ProviderKeyRing(SecretCipher cipher)
{
    /// <summary>A key as it is stored.</summary>
    public ProviderKeyRecord Seal(Guid merchantId, string provider, byte[] key, string hint, DateTimeOffset now) => new(
        merchantId, provider, cipher.KeyId, cipher.Seal(merchantId, provider, key), hint, now, now);

    /// <summary>The snapshot with the keys that the database holds.</summary>
    /// <param name="accounts">The snapshot.</param>
    /// <param name="records">All keys of all merchants.</param>
    /// <param name="unreadable">Those that were stored under another master key; calls that need them are refused.</param>
    public AccountSnapshot Load(
        AccountSnapshot accounts, IReadOnlyList<ProviderKeyRecord> records, out IReadOnlyList<ProviderKeyRecord> unreadable)
    {
        var opened = records.GroupBy(record => record.MerchantId).ToDictionary(
            group => group.Key, group => group.ToFrozenDictionary(record => record.Provider, Open));
        unreadable = [.. records.Where(record => opened[record.MerchantId][record.Provider].IsEmpty)];
        return opened.Count == 0
            ? accounts
            : accounts.WithMerchants(merchant =>
                opened.TryGetValue(merchant.Id, out var keys) ? merchant with { ProviderKeys = keys } : merchant);
    }

    /// <summary>The merchant with a key that was just stored.</summary>
    public Merchant With(Merchant merchant, ProviderKeyRecord record) => merchant with
    {
        ProviderKeys = merchant.ProviderKeys.Where(pair => pair.Key != record.Provider)
            .Append(KeyValuePair.Create(record.Provider, Open(record))).ToFrozenDictionary(),
    };

    /// <summary>The merchant without a key.</summary>
    public static Merchant Without(Merchant merchant, string provider) => merchant with
    {
        ProviderKeys = merchant.ProviderKeys.Where(pair => pair.Key != provider).ToFrozenDictionary(),
    };

    private ReadOnlyMemory<byte> Open(ProviderKeyRecord record) =>
        cipher.TryOpen(record.MerchantId, record.Provider, record.KeyId, record.Sealed, out var key) ? key : default(ReadOnlyMemory<byte>);
}
