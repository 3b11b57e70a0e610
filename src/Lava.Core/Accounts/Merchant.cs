using System.Collections.Frozen;

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

    /// <summary>What input of a model without a price costs, per million tokens; null: a call of such a model is refused.</summary>
    public Money? CeilingInput { get; init; }

    /// <summary>What its output costs, per million tokens; null where <see cref="CeilingInput"/> is.</summary>
    public Money? CeilingOutput { get; init; }

    /// <summary>What <see cref="LowBalance"/> is until a merchant chooses.</summary>
    public static readonly Money DefaultLowBalance = Money.FromDollars(1);

    /// <summary>A customer's balance below this is told to webhooks.</summary>
    public Money LowBalance { get; init; } = DefaultLowBalance;

    /// <summary>Where the merchant's customers get help: an address of mail or of the web; null: it has told none.</summary>
    public string? SupportContact { get; init; }

    /// <summary>
    /// The merchant's own keys, by the provider's name: visible ASCII. An empty one is stored under another master key and can't be read: a
    /// call must not fall back to the operator's. Secrets: never shown, never logged.
    /// </summary>
    public FrozenDictionary<string, ReadOnlyMemory<byte>> ProviderKeys { get; init; } =
        FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;
}
