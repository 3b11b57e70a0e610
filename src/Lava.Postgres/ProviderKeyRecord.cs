namespace Lava.Postgres;

/// <summary>A merchant's own key for a provider, encrypted.</summary>
/// <param name="MerchantId">Whose.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="KeyId">Which master key it is encrypted with.</param>
/// <param name="Sealed">The encrypted key.</param>
/// <param name="Hint">What lists show of it.</param>
/// <param name="CreatedAt">When the provider got its first key.</param>
/// <param name="UpdatedAt">When it got this one.</param>
public sealed record ProviderKeyRecord(
    Guid MerchantId, string Provider, int KeyId, byte[] Sealed, string Hint, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
