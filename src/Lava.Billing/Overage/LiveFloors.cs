using Lava.Wallets;

namespace Lava.Billing.Overage;

/// <summary>
/// Gives live wallets their floors. Two changes may come here in another order than the store made them: the later state stays.
/// </summary>
public sealed class LiveFloors(WalletStore wallets)
{
    // Some 40 bytes for each wallet that was looked at since the start.
    private readonly Dictionary<long, long> _versions = [];
    private readonly Lock _lock = new();

    /// <summary>Sets a floor, unless a later one was set already. A wallet that is not open has its floor when it is opened.</summary>
    public void Set(WalletFloor floor)
    {
        lock (_lock)
        {
            if (_versions.GetValueOrDefault(floor.WalletId, long.MinValue) > floor.Version)
            {
                return;
            }

            _versions[floor.WalletId] = floor.Version;
            if (wallets.TryRead(floor.WalletId, out var live) && live.Floor != floor.Floor)
            {
                wallets.SetFloor(floor.WalletId, floor.Floor, out _);
            }
        }
    }
}
