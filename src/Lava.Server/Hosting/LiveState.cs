using Lava.Core;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Wallets;

namespace Lava.Server.Hosting;

/// <summary>Takes wallets and meter positions out of the database into memory, at start.</summary>
internal sealed class LiveState(WalletStore wallets, MeterPositions positions) : ISnapshotSink
{
    public void OpenWallet(long walletId, Money posted, Money floor) => wallets.Open(walletId, posted, floor);

    public void SetMeterPosition(in MeterPosition position) =>
        positions.Set(position.CustomerId, position.MeterId, position.CycleStart, position.Units);
}
