using System.Collections.Concurrent;
using FASTER.core;

namespace Lava.Wallets;

/// <summary>
/// One thread's FASTER session. FASTER keeps every session until its store is closed, and pool threads come and go: when a
/// thread has gone its session goes back to the idle ones, so there are never more sessions than there were threads at once.
/// </summary>
internal sealed class WalletSession(
    ClientSession<long, WalletState, WalletInput, WalletOutput, Empty, WalletFunctions> session,
    ConcurrentQueue<ClientSession<long, WalletState, WalletInput, WalletOutput, Empty, WalletFunctions>> idle)
{
    ~WalletSession() => idle.Enqueue(Session);

    internal ClientSession<long, WalletState, WalletInput, WalletOutput, Empty, WalletFunctions> Session { get; } = session;
}
