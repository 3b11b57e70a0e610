using Lava.Billing.Payments;

namespace Lava.Tests.Billing.Payments;

public sealed class DunningScheduleTests
{
    private static readonly DateTimeOffset Start = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // Declines by the hour: s soft, h for good; then the hour of the next attempt, or none.
    [Theory]
    [InlineData("0s", "1")]
    [InlineData("0s 1s", "25")]
    [InlineData("0s 1s 25s", "97")]
    [InlineData("0s 1s 25s 97s", "265")]
    [InlineData("0s 1s 25s 97s 265s", "")]
    [InlineData("0h", "168")]
    [InlineData("0h 168h", "")]
    [InlineData("0s 1h", "169")]
    [InlineData("0s 1h 169h", "")]
    public void NextAt_PlannedAttempts_FollowTheSteps(string declines, string next) => Assert.Equal(next, Next(declines));

    [Theory]
    [InlineData("0s 0.5s 0.6s 0.7s 0.8s", "1")]
    [InlineData("0s 1s 2s 3s 4s 5s", "25")]
    [InlineData("0s 1s 25s 97s 98s 99s", "265")]
    [InlineData("0h 1h 2h", "168")]
    [InlineData("0s 0.5h", "1")]
    [InlineData("0s 0.5h 1h", "169")]
    [InlineData("0h 24s", "25")]
    [InlineData("0h 24s 25s", "49")]
    public void NextAt_AttemptsBeforeTheirTime_AreNoSteps(string declines, string next) => Assert.Equal(next, Next(declines));

    [Theory]
    [InlineData("0h")]
    [InlineData("0s 1h")]
    public void NextAt_NobodyAwaitsACard_IsGivenUp(string declines) => Assert.Equal("", Next(declines, awaitsCard: false));

    private static string Next(string declines, bool awaitsCard = true)
    {
        var next = DunningSchedule.NextAt(
            [.. declines.Split(' ').Select(text =>
            {
                var at = Start.AddHours(double.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture));
                return new PastDecline(at, at, text[^1] == 'h');
            })],
            awaitsCard);
        return next is { } at ? $"{(at - Start).TotalHours}" : "";
    }
}
