namespace Lava.Wallets;

/// <summary>
/// What an operation found. Bugs are verdicts here and exceptions in <see cref="WalletStore"/>: a throw inside FASTER's
/// callback would unwind through a locked record.
/// </summary>
internal enum WalletVerdict : byte
{
    Done,
    Insufficient,
    AlreadyOpen,
    Overflow,
    ReleasedTooMuch,
    Corrupt,
}
