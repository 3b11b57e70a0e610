using System.Net;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class AuthenticationTests(ApiHost host)
{
    [Fact]
    public async Task AnyCall_WithoutCredential_SaysSo()
    {
        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/customers"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("""{"error":{"code":"auth_header_missing","message":"Authorization header missing","status":401}}""", answer.Text);
    }

    [Theory]
    [InlineData("Bearer aks_test_unknown")]
    [InlineData("Bearer ")]
    [InlineData("Basic YTpi")]
    [InlineData("aks_test_x")]
    [InlineData("Bearer lava_sk_1")]
    [InlineData("Bearer eyJzZWNyZXRfa2V5IjoiYWtzXyJ9")]
    public async Task AnyCall_WrongCredential_IsRefused(string authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/customers");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        var answer = await host.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("invalid_credential", answer.ErrorCode);
    }

    [Fact]
    public async Task AnyCall_OverlongKey_IsRefused()
    {
        var answer = await host.SendAsync("GET", "/v1/customers", key: "aks_" + new string('x', 4000));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task AnyCall_KeyInXApiKey_IsAccepted()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/customers");
        request.Headers.Add("x-api-key", host.Key);

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(request)).Status);
    }
}
