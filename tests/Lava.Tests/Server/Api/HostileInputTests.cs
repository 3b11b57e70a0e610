using System.Net;
using System.Text;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class HostileInputTests(ApiHost host)
{
    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "not JSON", "{"u8.ToArray() },
        { "two values", "{}{}"u8.ToArray() },
        { "comment", "{/**/}"u8.ToArray() },
        { "trailing comma", """{"name":"x",}"""u8.ToArray() },
        { "array", "[]"u8.ToArray() },
        { "null", "null"u8.ToArray() },
        { "number", "1"u8.ToArray() },
        { "invalid UTF-8", [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'] },
        { "UTF-16", Encoding.Unicode.GetBytes("{}") },
        { "half a surrogate pair as name", """{"\udc00":1}"""u8.ToArray() },
        { "duplicate", """{"name":"a","name":"b"}"""u8.ToArray() },
        { "duplicate inside", """{"name":"a","metadata":{"a":1,"a":2}}"""u8.ToArray() },
        { "deep", Encoding.UTF8.GetBytes($$"""{"metadata":{{new string('[', 5000)}}{{new string(']', 5000)}}}""") },
        { "NUL bytes", new byte[64] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_MalformedBody_IsRefused(string name, byte[] body)
    {
        Assert.NotEmpty(name);
        foreach (var path in new[] { "/v1/customers", "/v1/meters", "/v1/secret_keys", "/v1/estimate", "/v1/plans", "/v1/subscriptions" })
        {
            var answer = await SendAsync("POST", path, body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal("invalid_request", answer.ErrorCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_OversizeBody_IsTooLarge(bool chunked)
    {
        var answer = await SendAsync("POST", "/v1/customers", new byte[(1024 * 1024) + 1], chunked);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("body_too_large", answer.ErrorCode);
    }

    [Theory]
    [InlineData("/v1/customers/%0d%0ax")]
    [InlineData("/v1/customers/..%2f..%2fetc")]
    [InlineData("/v1/customers/%ff%fe")]
    [InlineData("/v1/customers/con_test_00000000000000000000000000")]
    [InlineData("/v1/customers/con_zzz")]
    [InlineData("/v1/customers/';drop table customers;--")]
    [InlineData("/v1/meters/prd_test_00000000000000000000000000")]
    [InlineData("/v1/meters/%25")]
    [InlineData("/v1/plans/sc_test_00000000000000000000000000")]
    [InlineData("/v1/credit_bundles/';--")]
    [InlineData("/v1/requests/req_test_00000000000000000000000000")]
    [InlineData("/v1/requests/%e2%82")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/customers/a/b/c")]
    [InlineData("/v1")]
    public async Task Get_Unknown_IsNotFoundAsJson(string path)
    {
        var answer = await host.SendAsync("GET", path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("not_found", answer.ErrorCode);
        Assert.Equal(404, answer["error"].GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("PUT", "/v1/customers")]
    [InlineData("DELETE", "/v1/customers")]
    [InlineData("POST", "/v1/usage")]
    [InlineData("GET", "/v1/estimate")]
    [InlineData("POST", "/v1/provider_keys/openai")]
    [InlineData("PUT", "/v1/settings")]
    [InlineData("POST", "/v1/credit_bundles")]
    [InlineData("PUT", "/v1/subscriptions/sub_test_1")]
    [InlineData("GET", "/v1/secret_keys/sk_test_1")]
    [InlineData("PATCH", "/v1/requests/x")]
    public async Task AnyCall_WrongMethod_IsNotAllowedAsJson(string method, string path)
    {
        var answer = await host.SendAsync(method, path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("method_not_allowed", answer.ErrorCode);
    }

    [Theory]
    [InlineData("metadata_filters=x")]
    [InlineData("metadata_filters={}")]
    [InlineData("metadata_filters=[[1,2]]")]
    [InlineData("metadata_filters=[[\"a\"]]")]
    [InlineData("metadata_filters=[[\"a\",\"1\"],[\"a\",\"2\"]]")]
    [InlineData("metadata_filters=[[\"a\",\"%5Cud800\"]]")]
    [InlineData("customer_id=a%00")]
    [InlineData("status=done")]
    [InlineData("start=yesterday")]
    [InlineData("end=9999-12-31T23:59:59Z")]
    [InlineData("model=a%0ab")]
    public async Task ListRequests_BadFilter_NamesIt(string query)
    {
        var answer = await host.SendAsync("GET", $"/v1/requests?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([query.Split('=')[0]], answer.ErrorFields);
    }

    [Fact]
    public async Task ListRequests_NulInMetadataFilter_IsRefused()
    {
        var answer = await host.SendAsync("GET", "/v1/requests?metadata_filters=[[\"a\",\"%5Cu0000\"]]");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    private Task<ApiAnswer> SendAsync(string method, string path, byte[] body, bool chunked = false)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {host.Key}");
        request.Headers.TransferEncodingChunked = chunked;
        return host.SendAsync(request);
    }
}
