namespace Lava.Postgres;

/// <summary>A record is paid by, or booked against, a wallet that does not exist.</summary>
internal sealed class UnknownWalletException(string message) : Exception(message);
