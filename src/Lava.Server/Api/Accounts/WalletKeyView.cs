using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.Accounts;

/// <summary>A secret key under the name of the SDKs 9 and 10. When it was last used is not noted here.</summary>
internal sealed record WalletKeyView(
    string WalletKeyId,
    string KeyPreview,
    string Name,
    string WalletId,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key)
{
    public static WalletKeyView From(SecretKeyRecord record, Merchant merchant, string? key = null) => new(
        Ids.Format(IdPrefix.SecretKey, merchant.IsTest, record.Id),
        record.Hint,
        record.Name,
        Ids.Format(IdPrefix.Wallet, merchant.IsTest, merchant.Id),
        null,
        record.CreatedAt,
        key);
}
