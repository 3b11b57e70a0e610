using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics;
using FASTER.core;
using Lava.Core;

namespace Lava.Wallets;

/// <summary>
/// The live wallets: a volatile projection of PostgreSQL and the journal, in FASTER, in memory only. Every operation is one atomic
/// read-modify-write of one wallet, allocates nothing and may run on any thread. A wallet that is not open is never made by the way.
/// </summary>
public sealed class WalletStore : IDisposable
{
    /// <summary>FASTER's record header and the key, beside the state.</summary>
    private const int RecordBytes = 16 + WalletState.Bytes;

    /// <summary>Pages are allocated as the log grows: small ones, so that a small store stays small.</summary>
    private const long PageBytes = 1 << 20;

    /// <summary>The log's upper part in which FASTER updates in place.</summary>
    private const double MutableFraction = 0.9;

    private readonly long _capacity;
    private readonly NullDevice _device = new();
    private readonly FasterKV<long, WalletState> _log;
    private readonly ConcurrentQueue<ClientSession<long, WalletState, WalletInput, WalletOutput, Empty, WalletFunctions>> _idle = new();
    private readonly ThreadLocal<WalletSession> _sessions;
    private long _count;

    /// <summary>Room for this many wallets: 80 bytes each, in memory that is taken as they are opened, and 16 bytes each at once.</summary>
    public WalletStore(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;

        // Never so full that a record leaves the mutable part: FASTER would drop evicted records silently (NullDevice). A quarter
        // more for records abandoned when two threads open the same wallet, four pages for the ends of pages.
        var bytes = (ulong)((capacity * RecordBytes * 1.25 / MutableFraction) + (4 * PageBytes));
        _log = new FasterKV<long, WalletState>(new FasterKVSettings<long, WalletState>
        {
            LogDevice = _device,
            PageSize = PageBytes,
            MemorySize = (long)BitOperations.RoundUpToPowerOf2(bytes),
            MutableFraction = MutableFraction,

            // Seven entries in a bucket of 64 bytes; one bucket for four wallets keeps chains short.
            IndexSize = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(capacity * 16, 1024)),

            // None lost money in 5 of 6 concurrent runs, LockTable is half as fast on a thousand wallets.
            ConcurrencyControlMode = ConcurrencyControlMode.RecordIsolation,
            EqualityComparer = new WalletIdComparer(),
        });
        _sessions = new ThreadLocal<WalletSession>(NewSession);
    }

    /// <summary>Open wallets.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds a wallet; false where it is open already, which changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The store is full.</exception>
    public bool Open(long walletId, Money posted, Money floor)
    {
        if (Interlocked.Increment(ref _count) > _capacity)
        {
            Interlocked.Decrement(ref _count);
            throw new InvalidOperationException($"The wallet store is full: it was made for {_capacity} wallets.");
        }

        var found = Run(walletId, new WalletInput(WalletOperation.Open, posted.Units, floor.Units), out var output);
        if (found && output.Verdict == WalletVerdict.AlreadyOpen)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        AssertNothingLeftMemory();
        return true;
    }

    /// <summary>Takes <paramref name="amount"/> (≥ 0) out of what is available, if it is there.</summary>
    public WalletOutcome Reserve(long walletId, Money amount, out WalletBalance balance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Units);
        return Change(walletId, new WalletInput(WalletOperation.Reserve, amount.Units, 0), out balance);
    }

    /// <summary>
    /// Ends a hold: takes the debit (≥ 0; it may exceed the hold: debt), returns the hold (≥ 0; 0 for a call without one).
    /// Returning more than is reserved is a bug and throws <see cref="UnreachableException"/>.
    /// </summary>
    public WalletOutcome Settle(long walletId, Money held, Money debit, out WalletBalance balance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(held.Units);
        ArgumentOutOfRangeException.ThrowIfNegative(debit.Units);
        return Change(walletId, new WalletInput(WalletOperation.Settle, debit.Units, held.Units), out balance);
    }

    /// <summary>Ends a hold (≥ 0) and returns all of it.</summary>
    public WalletOutcome Release(long walletId, Money held, out WalletBalance balance) => Settle(walletId, held, Money.Zero, out balance);

    /// <summary>Puts money in; a negative amount takes it out (a correction, an expiry), below the floor too.</summary>
    public WalletOutcome Credit(long walletId, Money amount, out WalletBalance balance) =>
        Change(walletId, new WalletInput(WalletOperation.Credit, amount.Units, 0), out balance);

    /// <summary>Sets the floor. Holds that are open keep their money.</summary>
    public WalletOutcome SetFloor(long walletId, Money floor, out WalletBalance balance) =>
        Change(walletId, new WalletInput(WalletOperation.SetFloor, 0, floor.Units), out balance);

    /// <summary>Reads a wallet.</summary>
    public bool TryRead(long walletId, out WalletBalance balance)
    {
        WalletOutput output = default;
        WalletInput input = default;
        var status = _sessions.Value!.Session.Read(ref walletId, ref input, ref output);
        ThrowIfPending(status, walletId);
        balance = output.Balance;
        if (output.Verdict == WalletVerdict.Corrupt)
        {
            Throw(output.Verdict, walletId, output.Balance);
        }

        return status.Found;
    }

    /// <summary>
    /// All wallets, for verification. While calls run each balance is true at its own moment, not all at one.
    /// </summary>
    public IEnumerable<(long WalletId, WalletBalance Balance)> Scan()
    {
        // Every record is the only one of its wallet: nothing ever leaves the mutable part, so nothing is ever copied.
        using var records = _log.Log.Scan(_log.Log.BeginAddress, _log.Log.TailAddress);
        while (records.GetNext(out var info))
        {
            if (!info.Tombstone && TryRead(records.GetKey(), out var balance))
            {
                yield return (records.GetKey(), balance);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sessions.Dispose();
        _log.Dispose();
        _device.Dispose();
    }

    private WalletOutcome Change(long walletId, in WalletInput input, out WalletBalance balance)
    {
        var found = Run(walletId, input, out var output);
        balance = output.Balance;
        if (!found)
        {
            return WalletOutcome.NotFound;
        }

        switch (output.Verdict)
        {
            case WalletVerdict.Done:
                return WalletOutcome.Done;
            case WalletVerdict.Insufficient:
                return WalletOutcome.Insufficient;
            default:
                Throw(output.Verdict, walletId, balance);
                return default;
        }
    }

    private bool Run(long walletId, WalletInput input, out WalletOutput output)
    {
        output = default;
        var status = _sessions.Value!.Session.RMW(ref walletId, ref input, ref output);
        ThrowIfPending(status, walletId);
        return input.Operation == WalletOperation.Open || !status.NotFound;
    }

    private WalletSession NewSession()
    {
        if (!_idle.TryDequeue(out var session))
        {
            session = _log.For(new WalletFunctions()).NewSession<WalletFunctions>();
        }

        return new WalletSession(session, _idle);
    }

    private void AssertNothingLeftMemory()
    {
        var log = _log.Log;
        if (log.HeadAddress != log.BeginAddress || log.ReadOnlyAddress != log.BeginAddress)
        {
            throw new InvalidOperationException($"The wallet store outgrew its memory at {Count} of {_capacity} wallets.");
        }
    }

    private static void ThrowIfPending(Status status, long walletId)
    {
        if (status.IsPending)
        {
            throw new UnreachableException($"Wallet {walletId} is not in memory.");
        }
    }

    private static void Throw(WalletVerdict verdict, long walletId, in WalletBalance balance)
    {
        throw verdict == WalletVerdict.Overflow
            ? new OverflowException($"Wallet {walletId} would leave the range of money: {balance}.")
            : new UnreachableException($"Wallet {walletId}: {verdict} at {balance}.");
    }
}
