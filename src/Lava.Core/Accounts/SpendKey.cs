namespace Lava.Core.Accounts;

/// <summary>A key for calls that the merchant pays, with limits of its own. Immutable: a change makes a new one.</summary>
public sealed record SpendKey
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required UInt256 Digest { get; init; }

    /// <summary>Who pays.</summary>
    public required Merchant Merchant { get; init; }

    /// <summary>Refused until it is resumed.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The API shape that it is for.</summary>
    public RequestShape Shape { get; init; }

    /// <summary>When it ends, microseconds since 1970 UTC; null: never.</summary>
    public long? ExpiresAtMicros { get; init; }

    /// <summary>The models that it may call, UTF-8; null: all.</summary>
    public byte[][]? AllowedModels { get; init; }

    /// <summary>The providers that it may call; null: all.</summary>
    public string[]? AllowedProviders { get; init; }

    /// <summary>Its hard limits, of scope <see cref="LimitScope.SpendKey"/>.</summary>
    public UsageLimit[] Limits { get; init; } = [];

    /// <summary>Requests a minute; 0: no limit.</summary>
    public int RatePerMinute { get; init; }

    /// <summary>Requests at once; 0: as many as a minute's.</summary>
    public int RateBurst { get; init; }
}
