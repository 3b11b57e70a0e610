using Lava.Core;
using Lava.Wallets;

namespace Lava.Tests.Simulation;

/// <summary>What calls could have spent is never more than a restart finds: nothing is free in memory that is taken on disk.</summary>
internal sealed class Spendable(Tables tables, SimulatedClients clients, WalletStore wallets)
{
    private readonly Dictionary<long, Money> _free = [];

    /// <summary>At the end of a life. Records that memory had not seen yet may have charged more than was held for them.</summary>
    public void Note()
    {
        foreach (var wallet in tables.Floors.Keys)
        {
            wallets.TryRead(wallet, out var live);
            var owed = clients.Open
                .Where(call => call.Wallet == wallet && call.State == CallState.Settling)
                .Aggregate(Money.Zero, (sum, call) => sum + Money.Max(Money.Zero, call.Record.Debit - call.Held));
            _free[wallet] = live.Posted - live.Reserved - owed;
        }
    }

    /// <summary>At the start of the next.</summary>
    public void Check()
    {
        foreach (var (wallet, before) in _free)
        {
            wallets.TryRead(wallet, out var live);
            if (live.Posted < before)
            {
                throw new SimulationFailedException($"Wallet {wallet} had {before} to spend, and has {live.Posted} after the restart.");
            }
        }

        _free.Clear();
    }
}
