using Lava.Postgres;

namespace Lava.Server.Api.ProviderKeys;

/// <summary>A stored provider key as the API shows it: never the key itself.</summary>
internal sealed record ProviderKeyView(string Provider, string KeyPreview, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static ProviderKeyView From(ProviderKeyRecord record) => new(record.Provider, record.Hint, record.CreatedAt, record.UpdatedAt);
}
