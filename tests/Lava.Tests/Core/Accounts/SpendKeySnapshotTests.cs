using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Tests.Core.Accounts;

public sealed class SpendKeySnapshotTests
{
    private static readonly Merchant Merchant = new() { Id = new Guid(1, 0, 0, new byte[8]), IsTest = true, WalletId = 1 };

    [Fact]
    public void WithoutSpendKeys_OfAnId_TakesAllItsDigestsAndNoOthers()
    {
        var accounts = AccountSnapshot.Create([], [], [Key(1, "a"u8), Key(1, "b"u8), Key(2, "c"u8), Key(3, "d"u8)]);

        var left = accounts.WithoutSpendKeys(new Guid(1, 0, 0, new byte[8]));

        Assert.Equal((4, 2), (accounts.SpendKeys.Count, left.SpendKeys.Count));
        Assert.False(left.SpendKeys.TryGetValue(UInt256.Sha256("a"u8), out _));
        Assert.False(left.SpendKeys.TryGetValue(UInt256.Sha256("b"u8), out _));
        Assert.True(left.SpendKeys.TryGetValue(UInt256.Sha256("c"u8), out _));
        Assert.Same(left.SpendKeys, left.WithoutSpendKeys(Guid.Empty).SpendKeys);
    }

    private static SpendKey Key(int id, ReadOnlySpan<byte> text) =>
        new() { Id = new Guid(id, 0, 0, new byte[8]), Digest = UInt256.Sha256(text), Merchant = Merchant };
}
