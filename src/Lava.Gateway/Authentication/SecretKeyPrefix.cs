namespace Lava.Gateway.Authentication;

/// <summary>How keys begin.</summary>
internal static class SecretKeyPrefix
{
    /// <summary>A merchant's secret key.</summary>
    public static bool IsSecretKey(ReadOnlySpan<byte> text) => text.StartsWith("aks_"u8);

    /// <summary>A spend key, or a wallet key as they were called.</summary>
    public static bool IsSpendKey(ReadOnlySpan<byte> text) => text.StartsWith("lava_sk_"u8) || text.StartsWith("lava_wk_"u8);
}
