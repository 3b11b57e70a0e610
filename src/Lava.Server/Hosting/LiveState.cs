using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Limits;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Wallets;

namespace Lava.Server.Hosting;

/// <summary>Takes wallets, meter positions and what limits count out of the database into memory, at start.</summary>
internal sealed class LiveState(WalletStore wallets, MeterPositions positions, LimitCounters limits) : ISnapshotSink
{
    public void OpenWallet(long walletId, Money posted, Money floor) => wallets.Open(walletId, posted, floor);

    public void SetMeterPosition(in MeterPosition position) =>
        positions.Set(position.CustomerId, position.MeterId, position.CycleStart, position.Units);

    public void OpenLimits(Guid subject, UsageLimit[] limitsOfIt) => limits.Open(subject, limitsOfIt, null);

    public void SetUsed(UsageWindows used) => limits.Set(used);
}
