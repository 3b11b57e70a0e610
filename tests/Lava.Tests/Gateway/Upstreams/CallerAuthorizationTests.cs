using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Gateway.Upstreams;

public sealed class CallerAuthorizationTests
{
    private const string Signature = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders={0}, Signature=c";

    [Theory]
    [InlineData("host;x-amz-date", null)]
    [InlineData("content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token", null)]
    [InlineData("host;x-absent", null)]
    [InlineData("host;x-twice", "x-twice")]
    [InlineData("host;x-hop", "x-hop")]
    [InlineData("authorization;host", "authorization")]
    [InlineData("cookie;host", "cookie")]
    [InlineData("expect;host", "expect")]
    public void IsWhole_SignedHeaders_ThoseThatPassUnchanged(string signed, string? problem)
    {
        var headers = new HeaderDictionary
        {
            ["Authorization"] = string.Format(null, Signature, signed),
            ["x-twice"] = new[] { "1", "2" },
            ["Connection"] = "x-hop",
        };
        Assert.Equal(problem is null, CallerAuthorization.IsWhole(headers, out var found));
        Assert.Equal(problem, found);
    }

    [Theory]
    [InlineData("Bearer sk-1", true)]
    [InlineData("sk-1", true)]
    [InlineData("Bearer aks_live_1", false)]
    [InlineData("Bearer lava_sk_1", false)]
    [InlineData("Bearer the-token", false)]
    [InlineData("the-token", false)]
    [InlineData("Bearer a\r\nb", false)]
    [InlineData("", false)]
    public void IsIn_Authorization_UnlessItIsOurs(string value, bool expected)
    {
        var headers = new HeaderDictionary { ["x-lava-token"] = "the-token", ["Authorization"] = value };
        Assert.Equal(expected, CallerAuthorization.IsIn(headers, new ProviderKeyScheme("x-api-key", "", "")));
        headers.Remove("x-lava-token");
        Assert.False(CallerAuthorization.IsIn(headers, new ProviderKeyScheme("x-api-key", "", "")));
    }
}
