using Lava.Core;
using Lava.Wallets;

namespace Lava.Tests.Wallets;

/// <summary>What a wallet should do, written as plainly as it can be, in numbers that can't overflow.</summary>
internal sealed class WalletModel(Int128 posted, long? floor)
{
    internal Int128 Posted { get; private set; } = posted;

    internal Int128 Reserved { get; private set; }

    internal long? Floor { get; set; } = floor;

    internal WalletOutcome Reserve(long amount)
    {
        if (Floor is { } lowest && Posted - Reserved - amount < lowest)
        {
            return WalletOutcome.Insufficient;
        }

        Reserved += amount;
        return WalletOutcome.Done;
    }

    internal void Settle(long held, long debit)
    {
        Reserved -= held;
        Posted -= debit;
    }

    internal void Credit(long amount) => Posted += amount;

    internal WalletBalance ToBalance() =>
        new(new Money((long)Posted), new Money((long)Reserved), Floor is { } lowest ? new Money(lowest) : WalletBalance.NoFloor);
}
