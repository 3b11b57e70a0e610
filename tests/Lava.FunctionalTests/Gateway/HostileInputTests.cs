using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Lava.FunctionalTests.Processes;

namespace Lava.FunctionalTests.Gateway;

/// <summary>Whatever comes in: a 4xx in the API's form that says what is wrong; nothing reserved, no secret in the log.</summary>
[Collection(LavaCollection.Name)]
public sealed class HostileInputTests(LavaFixture lava)
{
    private const string Target = "https://api.openai.com/v1/chat/completions";
    private const string Chat = """{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""";

    [Theory]
    [InlineData("not base64 !!", 401)]
    [InlineData("aks_test_unknown_key_0123456789abcdef", 401)]
    [InlineData("e30=", 401)]
    [InlineData("eyJzZWNyZXRfa2V5Ijox", 401)]
    [InlineData("lava_sk_abcdefghijklmnop", 401)]
    public async Task Credential_Malformed_IsRefused(string credential, int status) =>
        await AssertRefusedAsync(await lava.Client.ForwardAsync(Target, credential, Chat), status);

    [Theory]
    [InlineData("http://api.openai.com/v1/chat/completions")]
    [InlineData("https://127.0.0.1/v1/chat/completions")]
    [InlineData("https://2130706433/v1/chat/completions")]
    [InlineData("https://0177.0.0.1/v1/chat/completions")]
    [InlineData("https://0x7f.1/v1/chat/completions")]
    [InlineData("https://[::1]/v1/chat/completions")]
    [InlineData("https://[::ffff:127.0.0.1]/v1/chat/completions")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://localhost/v1/chat/completions")]
    [InlineData("https://api.openai.com.evil.test/v1/chat/completions")]
    [InlineData("https://api.openai.com@evil.test/v1/chat/completions")]
    [InlineData("https://user:pass@api.openai.com/v1/chat/completions")]
    [InlineData("https://api.openai.com:8443/v1/chat/completions")]
    [InlineData("https://api.openai.com/v1/../admin")]
    [InlineData("https://api.openai.com/v1/chat/completions#x")]
    [InlineData("https://api.openai.com\\@evil.test/")]
    [InlineData("https://api.openai.com/v1/chat/completions\r\nX-Injected: 1")]
    [InlineData("https://api.openai.com/v1/unknown_that_may_cost")]
    [InlineData("ftp://api.openai.com/")]
    [InlineData("")]
    public async Task Target_NotAllowed_IsRefused(string target) =>
        await AssertRefusedAsync(await lava.Client.ForwardAsync(target, lava.Client.Token(null, null), Chat), 400);

    public static TheoryData<string> Bodies => new()
    {
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        """{"model":"gpt-4o-mini","messages":[""",
        """{"model":17,"messages":[]}""",
        """{"model":"","messages":[]}""",
        """{"messages":[]}""",
        """{"model":"no-such-model-anywhere","messages":[]}""",
        """{"model":"gpt-4o-mini","max_tokens":-1,"messages":[]}""",
        """{"model":"gpt-4o-mini","max_tokens":1e300,"messages":[]}""",
        """{"model":"gpt-4o-mini","max_tokens":"many","messages":[]}""",
        """{"model":"gpt-4o-mini","stream":"yes","messages":[]}""",
        """{"model":"gpt-4o-mini","n":0,"messages":[]}""",
        """{"model":"gpt-4o-mini","n":1000000000000,"messages":[]}""",
        """{"model":"gpt-4o-mini","messages":[]} trailing""",
        new string('[', 100_000),
        "{\"model\":\"gpt-4o-mini\",\"messages\":" + new string('[', 5000) + new string(']', 5000) + "}",
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_NotWhatTheEndpointTakes_IsRefusedAndNothingIsReserved(string body)
    {
        var customer = await lava.Client.CustomerAsync("1.00");
        var meter = $"hostile-{Guid.CreateVersion7():N}";
        await lava.Client.MeterAsync(meter, "fixed", "requests", "0.10");
        await AssertRefusedAsync(await lava.Client.ForwardAsync(Target, lava.Client.Token(customer, meter), body), 400);
        var balance = await lava.Client.GetAsync($"/v1/customers/{customer}/balance");
        Assert.Equal("1.0000000000", (string)balance["available"]!);
        Assert.Equal("0.0000000000", (string)balance["reserved"]!);
    }

    [Fact]
    public async Task Body_InvalidUtf8_IsRefused()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{lava.Url}/v1/forward?u={Uri.EscapeDataString(Target)}")
        {
            Content = new ByteArrayContent([.. "{\"model\":\"gpt-4o-mini\",\"messages\":[\""u8, 0xC3, 0x28, .. "\"]}"u8]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {lava.Client.Token(null, null)}");
        await AssertRefusedAsync(await lava.Client.Http.SendAsync(request), 400);
    }

    [Fact]
    public async Task Body_OverTheLimit_IsRefusedBeforeItIsRead()
    {
        // Only the length is sent: the answer must not wait for the bytes.
        var answer = await RawAsync(
            $"POST /v1/forward?u={Uri.EscapeDataString(Target)} HTTP/1.1\r\nHost: x\r\n"
            + $"Authorization: Bearer {lava.Client.Token(null, null)}\r\n"
            + "Content-Length: 9999999999\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/forward HTTP/1.1\r\nHost: x\r\nX-Long: {0}\r\n\r\n")]
    [InlineData("GET /v1/forward\0 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /v1/forward HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /v1/forward HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task RawHttp_Malformed_IsRefusedWithA4xx(string request)
    {
        var answer = await RawAsync(request.Replace("{0}", new string('a', 100_000), StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-lava-metadata", "[1]")]
    [InlineData("x-lava-metadata", "{\"a\":1}")]
    [InlineData("x-lava-metadata", "{\"a b\":\"1\"}")]
    [InlineData("x-lava-metadata", "{\"a\":\"")]
    [InlineData("x-lava-metadata-", "x")]
    [InlineData("x-lava-metadata-note", "4242 4242 4242 4242")]
    public async Task Metadata_Malformed_IsRefused(string name, string value) =>
        await AssertRefusedAsync(await lava.Client.ForwardAsync(Target, lava.Client.Token(null, null), Chat, (name, value)), 400);

    [Fact]
    public async Task Log_AfterAllOfThis_HoldsNoSecret()
    {
        await lava.Client.ForwardAsync(Target, lava.Client.Token(null, null, providerKey: "sk-very-secret-provider-key"), Chat);
        Assert.DoesNotContain(LavaFixture.SecretKey, lava.Gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-very-secret-provider-key", lava.Gateway.Output, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, int status)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {text}");
            var error = JsonNode.Parse(text)!["error"]!;
            Assert.Equal(status, (int)error["status"]!);
            Assert.NotEmpty((string)error["code"]!);
            Assert.NotEmpty((string)error["message"]!);
        }
    }

    private async Task<string> RawAsync(string request)
    {
        var uri = new Uri(lava.Url);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, uri.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";
    }
}
