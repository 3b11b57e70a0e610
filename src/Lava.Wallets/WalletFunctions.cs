using FASTER.core;

namespace Lava.Wallets;

/// <summary>
/// The only code that changes a balance. FASTER calls it with the record's exclusive bit held (RecordIsolation), so what is
/// checked here is still true when it is changed. One <see cref="Apply"/> serves the update in place and the update of a copy:
/// check everything, then change, never the other way: FASTER does not undo what a refused callback wrote.
/// </summary>
internal sealed class WalletFunctions : FunctionsBase<long, WalletState, WalletInput, WalletOutput, Empty>
{
    /// <summary>Only <see cref="WalletOperation.Open"/> makes a wallet: anything else on a missing one is NotFound.</summary>
    public override bool NeedInitialUpdate(
        ref long key, ref WalletInput input, ref WalletOutput output, ref RMWInfo rmwInfo) =>
        input.Operation == WalletOperation.Open;

    public override bool InitialUpdater(
        ref long key, ref WalletInput input, ref WalletState value, ref WalletOutput output, ref RMWInfo rmwInfo)
    {
        value = new WalletState { Posted = input.Amount, Floor = input.Other };
        value.Seal(key);
        output.Set(WalletVerdict.Done, value);
        return true;
    }

    public override bool InPlaceUpdater(
        ref long key, ref WalletInput input, ref WalletState value, ref WalletOutput output, ref RMWInfo rmwInfo) =>
        TryApply(key, input, ref value, ref output, ref rmwInfo);

    // The copy may lose the race for the index and be thrown away and made again: it must have no effect but on the copy and the output.
    public override bool CopyUpdater(
        ref long key, ref WalletInput input, ref WalletState oldValue, ref WalletState newValue, ref WalletOutput output,
        ref RMWInfo rmwInfo)
    {
        newValue = oldValue;
        return TryApply(key, input, ref newValue, ref output, ref rmwInfo);
    }

    public override bool SingleReader(
        ref long key, ref WalletInput input, ref WalletState value, ref WalletOutput dst, ref ReadInfo readInfo) =>
        Read(key, value, ref dst);

    public override bool ConcurrentReader(
        ref long key, ref WalletInput input, ref WalletState value, ref WalletOutput dst, ref ReadInfo readInfo) =>
        Read(key, value, ref dst);

    /// <summary>Applies an operation to an open wallet. Every other verdict than Done leaves <paramref name="state"/> as it was.</summary>
    internal static WalletVerdict Apply(long walletId, in WalletInput input, ref WalletState state)
    {
        if (!state.IsIntact(walletId))
        {
            return WalletVerdict.Corrupt;
        }

        // 128 bits: no sum of three amounts overflows, so the checks below are exact.
        Int128 posted = state.Posted;
        Int128 reserved = state.Reserved;
        var floor = state.Floor;
        switch (input.Operation)
        {
            case WalletOperation.Reserve:
                reserved += input.Amount;
                if (floor != WalletBalance.NoFloor.Units && posted - reserved < floor)
                {
                    return WalletVerdict.Insufficient;
                }

                break;
            case WalletOperation.Settle:
                posted -= input.Amount;
                reserved -= input.Other;
                if (reserved < 0)
                {
                    return WalletVerdict.ReleasedTooMuch;
                }

                break;
            case WalletOperation.Credit:
                posted += input.Amount;
                break;
            case WalletOperation.SetFloor:
                floor = input.Other;
                break;
            default:
                return WalletVerdict.AlreadyOpen;
        }

        if (posted < long.MinValue || posted > long.MaxValue || reserved > long.MaxValue)
        {
            return WalletVerdict.Overflow;
        }

        state.Posted = (long)posted;
        state.Reserved = (long)reserved;
        state.Floor = floor;
        state.Seal(walletId);
        return WalletVerdict.Done;
    }

    private static bool TryApply(long walletId, in WalletInput input, ref WalletState state, ref WalletOutput output, ref RMWInfo info)
    {
        var verdict = Apply(walletId, input, ref state);
        output.Set(verdict, state);
        if (verdict == WalletVerdict.Done)
        {
            return true;
        }

        info.Action = RMWAction.CancelOperation;
        return false;
    }

    private static bool Read(long walletId, in WalletState state, ref WalletOutput output)
    {
        output.Set(state.IsIntact(walletId) ? WalletVerdict.Done : WalletVerdict.Corrupt, state);
        return true;
    }
}
