using Lava.Core;

namespace Lava.Tests.Core;

public sealed class SnapshotTests
{
    [Fact]
    public void Swap_ManyWriters_LosesNoChange()
    {
        var snapshot = new Snapshot<Counter>(new Counter(0));
        Parallel.For(0, 10_000, _ => snapshot.Swap(old => new Counter(old.Value + 1)));
        Assert.Equal(10_000, snapshot.Current.Value);
    }

    [Fact]
    public void Swap_ChangeThrows_KeepsTheValue()
    {
        var snapshot = new Snapshot<Counter>(new Counter(5));
        Assert.Throws<InvalidOperationException>(() => snapshot.Swap(_ => throw new InvalidOperationException()));
        Assert.Equal(6, snapshot.Swap(old => new Counter(old.Value + 1)).Value);
    }

    private sealed record Counter(int Value);
}
