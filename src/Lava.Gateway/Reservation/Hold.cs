using System.Diagnostics;
using Lava.Core;

namespace Lava.Gateway.Reservation;

/// <summary>
/// A reservation's life: none → held → ended, each step once. The one flag that decides who ends it: whoever gets true from
/// <see cref="TryEnd"/> moves the money, nobody else.
/// </summary>
internal sealed class Hold
{
    private enum State
    {
        None,
        Held,
        Ended,
    }

    private State _state;

    /// <summary>The wallet.</summary>
    public long WalletId { get; private set; }

    /// <summary>The amount.</summary>
    public Money Amount { get; private set; }

    /// <summary>The RESERVE's place in the journal.</summary>
    public long Ticket { get; private set; }

    /// <summary>Is money held?</summary>
    public bool IsHeld => _state == State.Held;

    /// <summary>Has the call been settled or released?</summary>
    public bool IsEnded => _state == State.Ended;

    /// <summary>Money is held and its RESERVE is in the journal.</summary>
    public void Begin(long walletId, Money amount, long ticket)
    {
        Debug.Assert(_state == State.None, "A call holds once.");
        WalletId = walletId;
        Amount = amount;
        Ticket = ticket;
        _state = State.Held;
    }

    /// <summary>True once: the caller settles or releases.</summary>
    public bool TryEnd()
    {
        if (_state == State.Ended)
        {
            return false;
        }

        _state = State.Ended;
        return true;
    }

    /// <summary>For the next call.</summary>
    public void Clear()
    {
        Debug.Assert(_state != State.Held, "A hold was left open.");
        _state = State.None;
        WalletId = 0;
        Amount = Money.Zero;
        Ticket = 0;
    }
}
