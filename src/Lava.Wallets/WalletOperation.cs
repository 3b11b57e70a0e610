namespace Lava.Wallets;

/// <summary>What is done to a wallet.</summary>
internal enum WalletOperation : byte
{
    Open,
    Reserve,
    Settle,
    Credit,
    SetFloor,
}
