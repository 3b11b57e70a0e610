using System.Numerics;
using System.Runtime.InteropServices;

namespace Lava.Wallets;

/// <summary>
/// A wallet as FASTER keeps it: one cache line, changed by <see cref="WalletFunctions"/> alone. Amounts are <see cref="Core.Money"/> units.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct WalletState
{
    /// <summary>A cache line. With FASTER's record header and the key a wallet takes 80 bytes.</summary>
    internal const int Bytes = 64;

    internal long Posted;
    internal long Reserved;
    internal long Floor;

    /// <summary>Changes since it was opened; 1 then.</summary>
    internal long Version;

    /// <summary>Over all of the above and the wallet's id: a stray write or a lost update shows before it costs money.</summary>
    internal ulong Check;

    internal readonly bool IsIntact(long walletId) => Check == Sum(walletId);

    internal void Seal(long walletId)
    {
        Version++;
        Check = Sum(walletId);
    }

    // Four odd multipliers (splitmix64's and its kin): a few cycles; a CRC of 40 bytes takes five times as long.
    private readonly ulong Sum(long walletId) =>
        BitOperations.RotateLeft((ulong)Posted * 0x9E3779B97F4A7C15, 31)
        ^ BitOperations.RotateLeft((ulong)Reserved * 0xBF58476D1CE4E5B9, 17)
        ^ BitOperations.RotateLeft((ulong)Floor * 0x94D049BB133111EB, 47)
        ^ (((ulong)Version + (ulong)walletId) * 0xD6E8FEB86659FD93);
}
