using Lava.Core;
using Lava.Postgres;

namespace Lava.Tests.Server.Api;

/// <summary>For tests that load accounts alone.</summary>
internal sealed class NoWallets : ISnapshotSink
{
    public void OpenWallet(long walletId, Money posted, Money floor)
    {
    }

    public void SetMeterPosition(in MeterPosition position)
    {
    }
}
