using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Postgres;

/// <summary>Takes what is too much to be collected first.</summary>
public interface ISnapshotSink
{
    /// <summary>A wallet that calls draw on, of a customer or a merchant.</summary>
    void OpenWallet(long walletId, Money posted, Money floor);

    /// <summary>What a customer has used on a meter in a cycle.</summary>
    void SetMeterPosition(in MeterPosition position);

    /// <summary>Who has limits: a customer or a spend key. Before what was used.</summary>
    void OpenLimits(Guid subject, UsageLimit[] limits)
    {
    }

    /// <summary>What one of those has used.</summary>
    void SetUsed(UsageWindows used)
    {
    }
}
