using System.Text.Json.Serialization;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Credits;

/// <summary>An entry of a customer's ledger as the API shows it, with the grant, adjustment or request that made it.</summary>
internal sealed record LedgerEntryView(
    string Kind,
    Money Amount,
    Money BalanceAfter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? GrantId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AdjustmentId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RequestId,
    DateTimeOffset CreatedAt)
{
    public static LedgerEntryView From(LedgerRecord record, bool isTest)
    {
        var (kind, source) = Describe(record.Kind);
        var id = source is null ? null : Ids.Format(source, isTest, record.TransactionId);
        return new(
            kind,
            record.Amount,
            record.BalanceAfter,
            source == IdPrefix.Grant ? id : null,
            source == IdPrefix.Adjustment ? id : null,
            record.RequestId,
            record.CreatedAt);
    }

    /// <summary>The API's word, and whose id the transaction has; null where it is shown by another, or by none.</summary>
    private static (string Kind, string? Source) Describe(EntryKind kind) => kind switch
    {
        EntryKind.Grant => ("grant", IdPrefix.Grant),
        EntryKind.Purchase => ("purchase", IdPrefix.Grant),
        EntryKind.CycleCredit => ("cycle_credit", IdPrefix.Grant),
        EntryKind.Overage => ("overage", IdPrefix.Grant),
        EntryKind.Charge => ("charge", null),
        EntryKind.ProviderCost => ("provider_cost", null),
        EntryKind.Expiry => ("expiry", null),
        EntryKind.Refund => ("refund", IdPrefix.Adjustment),
        EntryKind.Correction => ("correction", IdPrefix.Adjustment),
        EntryKind.Debt => ("debt", IdPrefix.Adjustment),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
