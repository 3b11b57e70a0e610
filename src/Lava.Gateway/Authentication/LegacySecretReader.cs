namespace Lava.Gateway.Authentication;

/// <summary>
/// Verifies a secret of the 2025 SDKs (<c>connection_secret</c>, <c>product_secret</c>) and reads the id it stands for, in constant time
/// and without allocating.
/// </summary>
/// <param name="secret">The secret's UTF-8 bytes, not trusted.</param>
/// <param name="id">The customer's or the meter's id.</param>
/// <returns>False where the secret was not issued here.</returns>
public delegate bool LegacySecretReader(ReadOnlySpan<byte> secret, out Guid id);
