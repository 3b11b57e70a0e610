using Lava.Postgres;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Testing.Gateway;

namespace Lava.Tests.Server.Web.Dashboard;

/// <summary>The count in the menu: read now and then for all who look, and never what a page waits for long.</summary>
public sealed class AttentionCountsTests
{
    private static readonly Guid Merchant = Guid.NewGuid();
    private readonly ManualTime _time = new();
    private readonly AttentionCounts _counts;
    private Func<Task<int>> _read = () => Task.FromResult(3);
    private int _reads;

    public AttentionCountsTests() => _counts = new AttentionCounts(
        (_, _) =>
        {
            _reads++;
            return _read();
        },
        _time);

    [Fact]
    public async Task Count_OfManyPages_IsReadOnceUntilItIsOld()
    {
        for (var page = 0; page < 5; page++)
        {
            Assert.Equal(3, await CountAsync());
        }

        Assert.Equal(1, _reads);
        _read = () => Task.FromResult(4);
        _time.Advance(AttentionCounts.AgeMax);
        Assert.Equal((4, 2), (await CountAsync(), _reads));
        Assert.Equal((4, 3), (await _counts.OfAsync(Guid.NewGuid(), CancellationToken.None), _reads));
    }

    [Fact]
    public async Task Count_ThatSomebodyReadWithTheList_IsNotReadAgain()
    {
        _counts.Keep(Merchant, 7);

        Assert.Equal((7, 0), (await CountAsync(), _reads));
    }

    [Fact]
    public async Task Count_WhilePostgresIsAway_IsTheLastOneAndNotAskedForByEveryPage()
    {
        _read = () => Task.FromException<int>(new StoreUnavailableException("away"));
        Assert.Null(await CountAsync());
        _counts.Keep(Merchant, 2);
        _time.Advance(AttentionCounts.AgeMax);

        Assert.Equal((2, 2), (await CountAsync(), _reads));
        Assert.Equal((2, 2), (await CountAsync(), _reads));
    }

    [Fact]
    public async Task Count_ThatTakesLong_IsNotWaitedFor()
    {
        var slow = new TaskCompletionSource<int>();
        _read = () => slow.Task;
        var first = CountAsync();
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Null(await first.WaitAsync(GatewayHarness.Patience));

        // Nor is it asked for a second time meanwhile.
        _time.Advance(AttentionCounts.AgeMax);
        var second = CountAsync();
        slow.SetResult(5);
        Assert.Equal((5, 1), (await second.WaitAsync(GatewayHarness.Patience), _reads));
    }

    private Task<int?> CountAsync() => _counts.OfAsync(Merchant, CancellationToken.None);
}
