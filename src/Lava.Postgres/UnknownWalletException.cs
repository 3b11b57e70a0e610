namespace Lava.Postgres;

/// <summary>A record is paid by a wallet that does not exist.</summary>
internal sealed class UnknownWalletException(long count) : Exception($"{count} of the wallets to be charged do not exist.");
