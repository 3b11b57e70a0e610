using Lava.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Server.Web;

public sealed class WebOriginTests
{
    [Theory]
    [InlineData("https://shop.example", "https://shop.example")]
    [InlineData("https://shop.example/path?x=1#y", "https://shop.example")]
    [InlineData("https://Shop.Example:443/", "https://shop.example")]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("https://user:secret@shop.example", "https://shop.example")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080")]
    [InlineData("ftp://shop.example", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("shop.example", null)]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Of_Url_IsSchemeHostAndPortAlone(string? url, string? origin) => Assert.Equal(origin, WebOrigin.Of(url));

    [Theory]
    [InlineData("https://shop.example; script-src *")]
    [InlineData("https://shop.example *")]
    [InlineData("https://shop.example\r\nx: y")]
    public void Of_HostileText_AddsNothing(string url) =>
        Assert.DoesNotContain(WebOrigin.Of(url) ?? "", c => c is ';' or '*' or ' ' or '\r' or '\n');

    [Theory]
    [InlineData("http://pay.example:8080", null, null, true)]
    [InlineData("https://pay.example:8080", null, null, true)]
    [InlineData("https://evil.example", null, null, false)]
    [InlineData("https://pay.example:8081", null, null, false)]
    [InlineData("null", null, null, false)]
    [InlineData(null, null, null, false)]
    [InlineData(null, "same-origin", null, true)]
    [InlineData(null, "cross-site", null, false)]
    [InlineData("https://lava.example", null, "https://lava.example", true)]
    [InlineData("http://pay.example:8080", null, "https://lava.example", false)]
    public void IsOwn_Request_OnlyFromTheServersOwnPages(string? origin, string? site, string? publicOrigin, bool isOwn)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString("pay.example", 8080);
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        if (site is not null)
        {
            request.Headers["sec-fetch-site"] = site;
        }

        Assert.Equal(isOwn, WebOrigin.IsOwn(request, publicOrigin));
    }
}
