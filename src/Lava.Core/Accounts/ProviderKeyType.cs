namespace Lava.Core.Accounts;

/// <summary>Whose provider key paid the provider. The values are stored: never renumber.</summary>
public enum ProviderKeyType : byte
{
    /// <summary>The operator's, from the configuration.</summary>
    Managed = 0,

    /// <summary>The caller's, from the forward token.</summary>
    Unmanaged = 1,

    /// <summary>The merchant's, stored encrypted.</summary>
    Stored = 2,
}
