using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Credits;

/// <summary>An entry of a customer's ledger as the API shows it, with the grant or request that made it.</summary>
internal sealed record LedgerEntryView(
    string Kind,
    Money Amount,
    Money BalanceAfter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? GrantId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestId,
    DateTimeOffset CreatedAt)
{
    public static LedgerEntryView From(LedgerRecord record, bool isTest) => new(
        KindName(record.Kind),
        record.Amount,
        record.BalanceAfter,
        record.Kind == EntryKind.Grant ? Ids.Format(IdPrefix.Grant, isTest, record.TransactionId) : null,
        record.RequestId,
        record.CreatedAt);

    private static string KindName(EntryKind kind) => kind switch
    {
        EntryKind.Grant => "grant",
        EntryKind.Charge => "charge",
        EntryKind.ProviderCost => "provider_cost",
        EntryKind.Expiry => "expiry",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
