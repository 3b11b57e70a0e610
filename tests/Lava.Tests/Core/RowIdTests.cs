using Lava.Core;

namespace Lava.Tests.Core;

public sealed class RowIdTests
{
    private static readonly DateTimeOffset Time = new(2026, 5, 15, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void FromTimeAndNumber_AnyRow_KeepsBothThroughItsText(long number)
    {
        var text = Ids.Format(IdPrefix.Event, test: true, Ids.FromTimeAndNumber(Time, number));

        Assert.True(Ids.TryParse(IdPrefix.Event, text, out var id));
        Assert.Equal((number, Time.ToUnixTimeMilliseconds()), (Ids.Number(id), Ids.UnixMilliseconds(id)));
    }

    [Fact]
    public void FromTimeAndNumber_LaterRow_SortsBehind()
    {
        string[] ids =
        [
            .. new[] { (Time, 1L), (Time, 2L), (Time, 1L << 40), (Time.AddMilliseconds(1), 3L) }
                .Select(row => Ids.Format(IdPrefix.Event, test: false, Ids.FromTimeAndNumber(row.Item1, row.Item2))),
        ];

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }
}
