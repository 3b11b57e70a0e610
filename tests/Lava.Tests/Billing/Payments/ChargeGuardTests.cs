using Lava.Billing.Payments;

namespace Lava.Tests.Billing.Payments;

public sealed class ChargeGuardTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // Attempts by the minutes that they lie back, "x" behind those that failed; minutes until the next may come.
    [Theory]
    [InlineData("", null)]
    [InlineData("1", null)]
    [InlineData("1 2", 8)]
    [InlineData("2 1", 8)]
    [InlineData("1 9", 1)]
    [InlineData("1 10", null)]
    [InlineData("1 2 3", 8)]
    [InlineData("5 6 7 8", 4)]
    [InlineData("1x", 59)]
    [InlineData("59x", 1)]
    [InlineData("60x", null)]
    [InlineData("50x 1 2", 10)]
    [InlineData("55x 1 2", 8)]
    [InlineData("50x 20x", 40)]
    public void FreeAt_Attempts_KeepsBothRails(string attempts, int? minutes)
    {
        var past = attempts.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => new PastAttempt(Now.AddMinutes(-int.Parse(text.TrimEnd('x'), null)), text.EndsWith('x')))
            .ToArray();

        Assert.Equal(minutes is { } wait ? Now.AddMinutes(wait) : null, ChargeGuard.FreeAt(past, Now));
    }
}
