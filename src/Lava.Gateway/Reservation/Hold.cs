using System.Diagnostics;
using Lava.Core;

namespace Lava.Gateway.Reservation;

/// <summary>
/// A reservation's life: none → held → ended, each step once. Only the call's own thread of control moves it, so it needs no interlocked
/// operation: whatever ends a call early (a deadline, the client) only makes the pipeline come to its end.
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

    /// <summary>More money is held.</summary>
    public void Grow(Money amount)
    {
        Debug.Assert(_state == State.Held && amount >= Amount, "Only a hold grows.");
        Amount = amount;
    }

    /// <summary>The journal has the end: a SETTLE or a VOID. Also for a call that held nothing.</summary>
    public void End()
    {
        Debug.Assert(_state != State.Ended, "A call ends once.");
        _state = State.Ended;
    }

    /// <summary>For the next call.</summary>
    public void Clear()
    {
        _state = State.None;
        WalletId = 0;
        Amount = Money.Zero;
        Ticket = 0;
    }
}
