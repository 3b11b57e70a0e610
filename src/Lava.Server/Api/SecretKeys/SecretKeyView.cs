using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.SecretKeys;

/// <summary>A secret key as the API shows it; the key itself only in the answer to its making.</summary>
internal sealed record SecretKeyView(
    string SecretKeyId,
    string Name,
    string SecretKeyHint,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SecretKey)
{
    public static SecretKeyView From(SecretKeyRecord record, bool isTest, string? key = null) => new(
        Ids.Format(IdPrefix.SecretKey, isTest, record.Id), record.Name, record.Hint, record.CreatedAt, key);
}
