using Lava.Gateway.Authentication;

namespace Lava.Tests.Gateway.Authentication;

public sealed class AuthenticationOutcomesTests
{
    [Fact]
    public void ToError_EveryOutcomeButOk_HasStatusAndMessage()
    {
        foreach (var outcome in Enum.GetValues<AuthenticationOutcome>().Where(outcome => outcome != AuthenticationOutcome.Ok))
        {
            var (code, message) = outcome.ToError();
            Assert.Equal(outcome == AuthenticationOutcome.CustomerWithoutMeter ? 400 : 401, code.Status);
            Assert.NotEmpty(message);
        }
    }
}
