using Lava.FunctionalTests.Faults;

namespace Lava.FunctionalTests.Dashboard;

/// <summary>The dashboard in Chromium: what is made and changed there.</summary>
[Collection(DashboardCollection.Name)]
public sealed class DashboardFormTests(FaultServer postgres)
{
    [Theory]
    [InlineData("customers")]
    [InlineData("pricing")]
    [InlineData("keys")]
    [InlineData("webhooks")]
    [InlineData("sales")]
    public Task Forms_InABrowser_DoWhatTheySay(string suite) => DashboardSuite.PassAsync(postgres, suite);
}
