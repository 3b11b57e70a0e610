using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>The dashboard in Chromium: its frame, what is looked at, and what is made and changed there.</summary>
[Collection(DashboardCollection.Name)]
public sealed class DashboardTests(FaultServer postgres)
{
    [Theory]
    [InlineData("signin")]
    [InlineData("requests")]
    [InlineData("operations")]
    [InlineData("overview")]
    [InlineData("hostile")]
    [InlineData("customers")]
    [InlineData("pricing")]
    [InlineData("keys")]
    [InlineData("webhooks")]
    [InlineData("sales")]
    [InlineData("first")]
    public Task Pages_InABrowser_DoWhatTheySay(string suite) => DashboardSuite.PassAsync(postgres, suite);

    [LongFact]
    public Task Texts_OfTheGreatestLength_StayWithinTheWindow() => DashboardSuite.PassAsync(postgres, "long");
}
