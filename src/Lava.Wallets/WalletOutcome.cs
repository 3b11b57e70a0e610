namespace Lava.Wallets;

/// <summary>How an operation on a wallet ended.</summary>
public enum WalletOutcome : byte
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>The wallet can't pay; nothing changed.</summary>
    Insufficient,

    /// <summary>No such wallet; nothing changed, nothing made.</summary>
    NotFound,
}
