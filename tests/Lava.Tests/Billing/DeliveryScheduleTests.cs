using Lava.Billing.Webhooks;

namespace Lava.Tests.Billing;

public sealed class DeliveryScheduleTests
{
    private static readonly DateTimeOffset Begin = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_TargetThatIsAwayForThreeDays_IsTriedAtTheseTimesAndThenGivenUp()
    {
        List<string> times = [];
        DateTimeOffset? now = Begin;
        for (var attempts = 1; (now = DeliverySchedule.Next(attempts, Begin, now!.Value)) is not null; attempts++)
        {
            times.Add((now.Value - Begin).ToString("c"));
        }

        string[] expected =
        [
            "00:00:05", "00:00:35", "00:02:35", "00:12:35", "01:12:35", "04:12:35", "10:12:35",
            "22:12:35", "1.10:12:35", "1.22:12:35", "2.10:12:35", "2.22:12:35",
        ];
        Assert.Equal(expected, times);
    }

    [Fact]
    public void Next_LateAttempt_IsNeverBeyondThreeDays()
    {
        Assert.Equal(Begin.AddHours(72), DeliverySchedule.Next(8, Begin, Begin.AddHours(60)));
        Assert.Null(DeliverySchedule.Next(8, Begin, Begin.AddHours(60).AddSeconds(1)));
        Assert.Null(DeliverySchedule.Next(1, Begin, Begin.AddHours(72)));
    }
}
