using Lava.Server.Web.Dashboard.SignIn;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Server.Web.Dashboard;

/// <summary>Where signing in leads after a button was pressed, or a file was asked for, in a session that had ended.</summary>
public sealed class ReturnAddressTests
{
    private const string Pause = "/dashboard/test/keys/spend/sk_1/pause";

    [Theory]
    [InlineData("http://here:1/dashboard/test/keys/spend/sk_1", "/dashboard/test/keys/spend/sk_1")]
    [InlineData("http://here:1/dashboard/test/requests?model=a%2Fb&done=saved&from=1", "/dashboard/test/requests?model=a%2Fb&from=1")]
    [InlineData("http://here:1/other", "/dashboard/test/keys")]
    [InlineData("http://here:2/dashboard/test/requests", "/dashboard/test/keys")]
    [InlineData("http://there:1/dashboard/test/requests", "/dashboard/test/keys")]
    [InlineData("http://here:1@there:1/dashboard/test/requests", "/dashboard/test/keys")]
    [InlineData("nothing", "/dashboard/test/keys")]
    [InlineData(null, "/dashboard/test/keys")]
    public void Of_Button_IsItsPageWhereThatIsOurs(string? referer, string address) =>
        Assert.Equal(address, ReturnAddress.Of(Request(Pause, referer), null));

    [Theory]
    [InlineData("/dashboard/live/webhooks/wh_1/delete", "/dashboard/live/webhooks")]
    [InlineData("/dashboard/live/requests.csv", "/dashboard")]
    [InlineData("/dashboard/other/keys/spend", "/dashboard")]
    [InlineData("/dashboard/sign-out", "/dashboard")]
    public void Of_RequestThatSaysNoPage_IsItsArea(string path, string address) =>
        Assert.Equal(address, ReturnAddress.Of(Request(path, null), null));

    [Fact]
    public void Of_PageOfAServerBehindAProxy_IsToldByItsPublicOrigin()
    {
        const string Page = "/dashboard/test/requests";
        Assert.Equal(Page, ReturnAddress.Of(Request(Pause, $"https://lava.example{Page}"), "https://lava.example"));
        Assert.Equal("/dashboard/test/keys", ReturnAddress.Of(Request(Pause, $"http://here:1{Page}"), "https://lava.example"));
    }

    private static HttpRequest Request(string path, string? referer)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Path, request.Headers.Referer) = ("http", new HostString("here", 1), path, referer);
        return request;
    }
}
