using Lava.Core;

namespace Lava.Wallets;

/// <summary>The live wallets.</summary>
public sealed class WalletStore : IDisposable
{
    /// <summary>Room for this many wallets.</summary>
    public WalletStore(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
    }

    /// <summary>Adds a wallet.</summary>
    public void Open(long walletId, Money posted, Money floor) => throw new NotImplementedException();

    /// <summary>Takes <paramref name="amount"/> out of what is available, if it is there.</summary>
    public WalletOutcome Reserve(long walletId, Money amount, out WalletBalance balance) => throw new NotImplementedException();

    /// <summary>Ends a hold: takes the debit (which may exceed the hold: debt), returns the rest.</summary>
    public WalletOutcome Settle(long walletId, Money held, Money debit, out WalletBalance balance) => throw new NotImplementedException();

    /// <summary>Ends a hold and returns all of it.</summary>
    public WalletOutcome Release(long walletId, Money held, out WalletBalance balance) => throw new NotImplementedException();

    /// <summary>Puts money in; a negative amount takes it out (a correction, an expiry).</summary>
    public WalletOutcome Credit(long walletId, Money amount, out WalletBalance balance) => throw new NotImplementedException();

    /// <summary>Sets the floor.</summary>
    public WalletOutcome SetFloor(long walletId, Money floor, out WalletBalance balance) => throw new NotImplementedException();

    /// <summary>Reads a wallet.</summary>
    public bool TryRead(long walletId, out WalletBalance balance) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
