namespace Lava.Server.Api.Auth;

/// <summary>
/// What a command line gets for its code. The wallet key is of the SDKs 9 and 10, where it stood beside the secret key: null since then.
/// </summary>
internal sealed record CredentialsView(
    string WalletId, string SecretKeyId, string SecretKey, string MerchantId, string AccountId, string? WalletKeyId, string? WalletKey);
