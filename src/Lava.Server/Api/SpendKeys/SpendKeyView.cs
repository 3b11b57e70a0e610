using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.SpendKeys;

/// <summary>A spend key as the API shows it; the key itself only in the answer to its making or rotation.</summary>
internal sealed record SpendKeyView(
    string SpendKeyId,
    string KeyPreview,
    string Name,
    string Status,
    string RequestShape,
    string WalletId,
    string[]? AllowedModels,
    string[]? AllowedProviders,
    SpendLimitView? SpendLimit,
    Money CurrentSpend,
    Money TotalSpend,
    RequestLimitView? RequestLimit,
    long CurrentRequests,
    long TotalRequests,
    RateLimitView? RateLimit,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key)
{
    public static SpendKeyView From(SpendKeyRecord record, Merchant merchant, string? key = null) => new(
        Ids.Format(IdPrefix.SpendKey, merchant.IsTest, record.Id),
        record.Preview,
        record.Name,
        SpendKeyNames.Of(SpendKeyNames.Statuses, record.IsPaused),
        SpendKeyNames.Of(SpendKeyNames.Shapes, record.Shape),
        Ids.Format(IdPrefix.Wallet, merchant.IsTest, merchant.Id),
        record.AllowedModels,
        record.AllowedProviders,
        record.SpendLimit is { } spend ? new SpendLimitView(new Money(spend.Amount), CycleOf(spend)) : null,
        record.Usage.CurrentSpend,
        record.Usage.TotalSpend,
        record.RequestLimit is { } requests ? new RequestLimitView(requests.Amount, CycleOf(requests)) : null,
        record.Usage.CurrentRequests,
        record.Usage.TotalRequests,
        record.RatePerMinute is { } rate ? new RateLimitView(rate, record.RateBurst) : null,
        record.ExpiresAt,
        record.Usage.LastUsedAt,
        record.CreatedAt,
        key);

    private static string CycleOf(UsageLimit limit) => SpendKeyNames.Of(SpendKeyNames.Cycles, limit.Cycle);
}
