using Lava.Core;
using Lava.Wallets;

namespace Lava.Tests.Wallets;

/// <summary>What a wallet and its calls should do, written as plainly as it can be, in numbers that can't overflow.</summary>
internal sealed class WalletModel(Int128 posted, long? floor)
{
    /// <summary>Calls that run: what each holds and has used.</summary>
    internal Dictionary<Guid, (long Held, long Used)> Calls { get; } = [];

    internal Int128 Posted { get; private set; } = posted;

    internal Int128 Reserved => Calls.Values.Aggregate(Int128.Zero, static (sum, call) => sum + call.Held);

    internal long? Floor { get; set; } = floor;

    internal WalletOutcome Reserve(Guid call, long amount)
    {
        if (Floor is { } lowest && Posted - Reserved - amount < lowest)
        {
            return WalletOutcome.Insufficient;
        }

        var (held, used) = Calls.GetValueOrDefault(call);
        Calls[call] = (held + amount, used);
        return WalletOutcome.Done;
    }

    internal void Use(Guid call, long used) => Calls[call] = (Calls[call].Held, used);

    internal void End(Guid call, long debit)
    {
        Assert.True(Calls.Remove(call));
        Posted -= debit;
    }

    internal void Credit(long amount) => Posted += amount;

    /// <summary>Every call that runs ends with what it has used.</summary>
    internal void Restart()
    {
        foreach (var (call, state) in Calls)
        {
            End(call, state.Used);
        }
    }

    internal WalletBalance ToBalance() =>
        new(new Money((long)Posted), new Money((long)Reserved), Floor is { } lowest ? new Money(lowest) : WalletBalance.NoFloor);
}
