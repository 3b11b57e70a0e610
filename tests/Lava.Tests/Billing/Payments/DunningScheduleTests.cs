using Lava.Billing.Payments;

namespace Lava.Tests.Billing.Payments;

public sealed class DunningScheduleTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 24)]
    [InlineData(3, 72)]
    [InlineData(4, 168)]
    public void Next_SoftDecline_Waits(int attempts, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), DunningSchedule.Next(attempts, Result(ChargeOutcome.Declined)));

    [Theory]
    [InlineData(5, ChargeOutcome.Declined)]
    [InlineData(1, ChargeOutcome.HardDeclined)]
    [InlineData(1, ChargeOutcome.ActionRequired)]
    public void Next_LastOrHopeless_IsNone(int attempts, ChargeOutcome outcome) =>
        Assert.Null(DunningSchedule.Next(attempts, Result(outcome)));

    private static ChargeResult Result(ChargeOutcome outcome) => new(outcome, "code", null, null);
}
