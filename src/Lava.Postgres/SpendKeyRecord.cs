using System.Text;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>A spend key's row: everything but the key.</summary>
public sealed record SpendKeyRecord
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What people read.</summary>
    public string Name { get; init; } = "";

    /// <summary>How the key begins.</summary>
    public required string Preview { get; init; }

    /// <summary>SHA-256 of the key.</summary>
    public required UInt256 Digest { get; init; }

    /// <summary>Refused until it is resumed.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The API shape that it is for.</summary>
    public RequestShape Shape { get; init; }

    /// <summary>The models that it may call; null: all.</summary>
    public string[]? AllowedModels { get; init; }

    /// <summary>The providers that it may call; null: all.</summary>
    public string[]? AllowedProviders { get; init; }

    /// <summary>Its hard limit of spend; null: none.</summary>
    public UsageLimit? SpendLimit { get; init; }

    /// <summary>Its hard limit of requests; null: none.</summary>
    public UsageLimit? RequestLimit { get; init; }

    /// <summary>Requests a minute; null: no limit.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Requests at once; null: as many as a minute's.</summary>
    public int? RateBurst { get; init; }

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it has used; of a row that was read for the gateway: nothing.</summary>
    public SpendKeyUsage Usage { get; init; }

    /// <summary>What the gateway knows of it.</summary>
    public SpendKey ToSpendKey(Merchant merchant) => new()
    {
        Id = Id,
        Digest = Digest,
        Merchant = merchant,
        IsPaused = IsPaused,
        Shape = Shape,
        ExpiresAtMicros = ExpiresAt is { } end ? (end - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : null,
        AllowedModels = AllowedModels is null ? null : [.. AllowedModels.Select(Encoding.UTF8.GetBytes)],
        AllowedProviders = AllowedProviders,
        Limits = [.. new[] { SpendLimit, RequestLimit }.OfType<UsageLimit>()],
        RatePerMinute = RatePerMinute ?? 0,
        RateBurst = RateBurst ?? 0,
    };
}
