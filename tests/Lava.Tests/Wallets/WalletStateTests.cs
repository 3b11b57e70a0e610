using Lava.Wallets;

namespace Lava.Tests.Wallets;

public sealed class WalletStateTests
{
    [Fact]
    public unsafe void WalletState_Always_IsOneCacheLine() => Assert.Equal(64, sizeof(WalletState));

    [Fact]
    public void IsIntact_AnyFieldChangedOrMoved_IsFalse()
    {
        var state = new WalletState { Posted = 10, Reserved = 3, Floor = -2 };
        state.Seal(7);
        Assert.True(state.IsIntact(7));
        Assert.False(state.IsIntact(8));

        var posted = state;
        posted.Posted++;
        var reserved = state;
        reserved.Reserved++;
        var floor = state;
        floor.Floor++;
        var version = state;
        version.Version++;

        Assert.All([posted, reserved, floor, version], changed => Assert.False(changed.IsIntact(7)));
    }
}
