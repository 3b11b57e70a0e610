using Lava.Gateway.Reporting;
using Lava.Metering;

namespace Lava.Tests.Gateway.Reporting;

public sealed class ReportIndexTests
{
    private static readonly Guid Merchant = new(1, 2, 3, new byte[8]);
    private readonly ReportIndex _index = new(capacity: 2);

    [Fact]
    public void IsFull_AsManyAsThereIsRoomFor_UntilOneIsDropped()
    {
        Assert.True(TryClaim("a"));
        Assert.False(TryClaim("a"));
        Assert.False(_index.IsFull);
        Assert.True(TryClaim("b"));
        Assert.True(_index.IsFull);

        _index.Drop(Merchant, "b");
        _index.Drop(Merchant, "b");

        Assert.False(_index.IsFull);
        Assert.True(TryClaim("b"));
        Assert.True(_index.IsFull);
    }

    [Fact]
    public void IsFull_DatabaseHasTheOldest_IsNotAnyMore()
    {
        TryClaim("a");
        TryClaim("b");
        _index.Keep(Merchant, "a", 10);
        _index.Keep(Merchant, "b", 11);

        _index.Trim(9);
        Assert.True(_index.IsFull);
        _index.Trim(10);

        Assert.False(_index.IsFull);
        Assert.True(TryClaim("a"));
    }

    private bool TryClaim(string id) => _index.TryClaim(Merchant, id, new TaskCompletionSource<UsageRecord?>().Task, out _);
}
