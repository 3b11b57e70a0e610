using Lava.FunctionalTests.Faults;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>The dashboard in Chromium: the frame, and what is looked at. What is changed there: <see cref="DashboardFormTests"/>.</summary>
[Collection(DashboardCollection.Name)]
public sealed class DashboardTests(FaultServer postgres)
{
    [Theory]
    [InlineData("signin")]
    [InlineData("requests")]
    [InlineData("operations")]
    [InlineData("overview")]
    [InlineData("hostile")]
    public Task Pages_InABrowser_DoWhatTheySay(string suite) => DashboardSuite.PassAsync(postgres, suite);

    [LongFact]
    public Task Texts_OfTheGreatestLength_StayWithinTheWindow() => DashboardSuite.PassAsync(postgres, "long");
}
