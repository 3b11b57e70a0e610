namespace Lava.Core.Accounts;

/// <summary>A merchant's secret key, known by its SHA-256 alone.</summary>
public sealed record SecretKey
{
    /// <summary>Id.</summary>
    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the key's UTF-8 bytes.</summary>
    public required UInt256 Digest { get; init; }

    /// <summary>Whose key.</summary>
    public required Merchant Merchant { get; init; }
}
