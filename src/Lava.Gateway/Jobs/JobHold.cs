using Lava.Core;
using Lava.Gateway.Limits;

namespace Lava.Gateway.Jobs;

/// <summary>
/// What an open job holds until it is charged, or given up: of the wallet that pays and of hard limits, as much as the call that began it
/// held. In memory alone: that call's record in the journal says what it was, and a start holds it again.
/// </summary>
/// <param name="walletId">The wallet.</param>
/// <param name="amount">The most that the job can cost.</param>
internal sealed class JobHold(long walletId, Money amount)
{
    private const int Held = 1;
    private const int Ended = 2;
    private int _state;

    /// <summary>The wallet.</summary>
    public long WalletId { get; } = walletId;

    /// <summary>The most that the job can cost.</summary>
    public Money Amount { get; } = amount;

    /// <summary>What is held of hard limits; null: nothing.</summary>
    public LimitHold? Limits { get; private set; }

    /// <summary>Is it held now?</summary>
    public bool IsHeld => Volatile.Read(ref _state) == Held;

    /// <summary>It is held from now on. By the one who has just made the job, or by a start.</summary>
    public void Begin(LimitHold? limits)
    {
        Limits = limits;
        Volatile.Write(ref _state, Held);
    }

    /// <summary>Is it the caller's to give back? Once, and only if it was held.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _state, Ended) == Held;
}
