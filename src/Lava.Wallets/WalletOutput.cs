using Lava.Core;

namespace Lava.Wallets;

/// <summary>An operation's verdict and the wallet after it.</summary>
internal struct WalletOutput
{
    internal WalletVerdict Verdict;
    internal WalletBalance Balance;

    internal void Set(WalletVerdict verdict, in WalletState state)
    {
        Verdict = verdict;
        Balance = new WalletBalance(new Money(state.Posted), new Money(state.Reserved), new Money(state.Floor));
    }
}
