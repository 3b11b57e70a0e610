using Lava.FunctionalTests.Faults;

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
    [InlineData("long")]
    public Task Pages_InABrowser_DoWhatTheySay(string suite) => DashboardSuite.PassAsync(postgres, suite);
}
