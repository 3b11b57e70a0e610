namespace Lava.Core.Accounts;

/// <summary>A business that sells AI features, in one mode: its test and live data are two merchants that share nothing.</summary>
public sealed record Merchant
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Test mode: ids and keys say <c>test_</c>.</summary>
    public required bool IsTest { get; init; }

    /// <summary>The wallet that bears what no customer pays: a running total, blocked only by a budget.</summary>
    public required long WalletId { get; init; }

    /// <summary>Refuse a call whose meter is not in the customer's plan (403) instead of tracking it without charge.</summary>
    public bool RefuseUnlinkedMeters { get; init; }
}
