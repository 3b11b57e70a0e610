using Lava.Core;
using Lava.Metering;

namespace Lava.Postgres;

/// <summary>What of a usage record changes more than its own row: balances, grants, tiers, sums.</summary>
internal readonly record struct FlushFacts
{
    /// <summary>The journal's record.</summary>
    public required long Sequence { get; init; }

    /// <summary>The call.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its merchant.</summary>
    public required Guid MerchantId { get; init; }

    /// <summary>Its customer; null: none.</summary>
    public required Guid? CustomerId { get; init; }

    /// <summary>Its meter; null: none.</summary>
    public required Guid? MeterId { get; init; }

    /// <summary>The spend key that called; null: none.</summary>
    public required Guid? SpendKeyId { get; init; }

    /// <summary>The wallet that pays.</summary>
    public required long WalletId { get; init; }

    /// <summary>Does the customer pay?</summary>
    public required bool Billed { get; init; }

    /// <summary>What is paid.</summary>
    public required Money Debit { get; init; }

    /// <summary>What counts in the meter's tiers.</summary>
    public required long Units { get; init; }

    /// <summary>The billing cycle that it counts in.</summary>
    public required DateOnly CycleStart { get; init; }

    /// <summary>When it arrived, microseconds since 1970 UTC: the day, week and month that it counts in.</summary>
    public required long CreatedAtMicros { get; init; }

    /// <summary>When it ended: the time of its ledger entries.</summary>
    public required long CompletedAtMicros { get; init; }

    /// <summary>The id that a report brought along; null: the gateway's own.</summary>
    public required string? ReportedAs { get; init; }

    /// <summary>Which sum of usage it adds to.</summary>
    public required UsageSumKey SumKey { get; init; }

    /// <summary>Input and output tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>Of those, input.</summary>
    public required long InputTokens { get; init; }

    /// <summary>What counts against limits of requests: 0 where the call only asked for a job that another had begun.</summary>
    public required long Requests { get; init; }

    /// <summary>What the provider asks.</summary>
    public required Money Cost { get; init; }

    /// <summary>What the customer was charged.</summary>
    public required Money Charge { get; init; }

    public static FlushFacts Of(UsageRecord record, long sequence) => new()
    {
        Sequence = sequence,
        Id = record.Id,
        MerchantId = record.MerchantId,
        CustomerId = record.CustomerId,
        MeterId = record.MeterId,
        SpendKeyId = record.SpendKeyId,
        WalletId = record.WalletId,
        Billed = record.Billed,
        Debit = record.Debit,
        Units = record.Units,
        CycleStart = record.CycleStart,
        CreatedAtMicros = record.CreatedAtMicros,
        CompletedAtMicros = record.CompletedAtMicros,
        ReportedAs = record.Reported ? StorableText.Of(record.RequestId) : null,
        SumKey = UsageSumKey.Of(record),
        Tokens = checked(record.Usage.InputTokens + record.Usage.OutputTokens),
        InputTokens = record.Usage.InputTokens,
        Requests = record.IsPoll ? 0 : 1,
        Cost = record.Cost,
        Charge = record.Billed ? record.Charge : Money.Zero,
    };
}
