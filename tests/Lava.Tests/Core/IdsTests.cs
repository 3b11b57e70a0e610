using System.Text;
using Lava.Core;

namespace Lava.Tests.Core;

public sealed class IdsTests
{
    [Theory]
    [InlineData(false, "con_")]
    [InlineData(true, "con_test_")]
    public void Format_AnyMode_ParsesBack(bool test, string start)
    {
        var id = Ids.New(TimeProvider.System);
        var text = Ids.Format(IdPrefix.Customer, test, id);
        Assert.StartsWith(start, text);
        Assert.Equal(start.Length + Ids.TextLength, text.Length);
        Assert.True(Ids.TryParse(IdPrefix.Customer, text, out var chars));
        Assert.True(Ids.TryParse(IdPrefix.Customer, Encoding.ASCII.GetBytes(text), out var bytes));
        Assert.True(Ids.TryParse(IdPrefix.Customer, text.ToLowerInvariant(), out var lower));
        Assert.Equal((id, id, id), (chars, bytes, lower));
    }

    [Fact]
    public void Format_KnownUlid_IsCrockford()
    {
        // The example of the ULID specification: its first ten characters are the time 1469918176385.
        Assert.True(Ids.TryParse("con", "con_01ARYZ6S41TSV4RRFFQ69G5FAV", out var id));
        Assert.Equal(1_469_918_176_385, Ids.UnixMilliseconds(id));
        Assert.Equal("con_01ARYZ6S41TSV4RRFFQ69G5FAV", Ids.Format("con", false, id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("con")]
    [InlineData("con_")]
    [InlineData("prd_01ARYZ6S41TSV4RRFFQ69G5FAV")]
    [InlineData("con-01ARYZ6S41TSV4RRFFQ69G5FAV")]
    [InlineData("con_01ARYZ6S41TSV4RRFFQ69G5FA")]
    [InlineData("con_01ARYZ6S41TSV4RRFFQ69G5FAVV")]
    [InlineData("con_01ARYZ6S41TSV4RRFFQ69G5FAU")]
    [InlineData("con_01ARYZ6S41TSV4RRFFQ69G5FA\u00e9")]
    [InlineData("con_81ARYZ6S41TSV4RRFFQ69G5FAV")]
    [InlineData("con_live_01ARYZ6S41TSV4RRFFQ69G5FAV")]
    public void TryParse_AnythingElse_IsFalse(string text)
    {
        Assert.False(Ids.TryParse(IdPrefix.Customer, text, out _));
        Assert.False(Ids.TryParse(IdPrefix.Customer, Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void New_ManyThreads_GivesEachIdOnce()
    {
        var ids = new Guid[4][];
        Parallel.For(0, ids.Length, i => ids[i] = [.. Enumerable.Range(0, 20_000).Select(_ => Ids.New(TimeProvider.System))]);
        Assert.Equal(80_000, ids.SelectMany(x => x).Distinct().Count());
    }

    [Fact]
    public void New_LaterTime_SortsAfterInEveryForm()
    {
        var first = Ids.New(new FixedTime(1_000));
        var second = Ids.New(new FixedTime(1_001));
        Assert.True(Ids.ToUInt128(first) < Ids.ToUInt128(second));
        Assert.True(string.CompareOrdinal(Ids.Format("req", false, first), Ids.Format("req", false, second)) < 0);
        Assert.Equal(1_001, Ids.UnixMilliseconds(second));
    }

    private sealed class FixedTime(long milliseconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }
}
