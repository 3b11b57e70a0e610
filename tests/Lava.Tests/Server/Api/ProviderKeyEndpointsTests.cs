using System.Net;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api.ProviderKeys;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class ProviderKeyEndpointsTests(ApiHost host) : IAsyncLifetime
{
    private const string Secret = "sk-ant-very-secret-0123456789-wxyz";

    private string _key = "";

    public async Task InitializeAsync() => (_, _key) = await host.AddMerchantAsync(isTest: true);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Put_Key_IsCallableAndShownByItsEndAlone()
    {
        var answer = await OkAsync("PUT", "/v1/provider_keys/anthropic", $$"""{"key":"{{Secret}}"}""");

        Assert.Equal(["provider", "key_preview", "created_at", "updated_at"], answer.Names);
        Assert.Equal("...wxyz", answer["key_preview"].GetString());
        Assert.DoesNotContain("secret", answer.Text + (await OkAsync("GET", "/v1/provider_keys")).Text, StringComparison.Ordinal);
        Assert.Equal(Secret, KeyOf("anthropic"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v1/provider_keys/anthropic")).Status);
    }

    [Fact]
    public async Task Put_Again_ReplacesTheKeyAndKeepsItsFirstTime()
    {
        var first = await OkAsync("PUT", "/v1/provider_keys/openai", """{"key":"first-key-0123456789"}""");
        var second = await OkAsync("PUT", "/v1/provider_keys/openai", """{"key":"short"}""");

        Assert.Equal(first["created_at"].GetString(), second["created_at"].GetString());
        Assert.Equal("...", second["key_preview"].GetString());
        Assert.Equal("short", KeyOf("openai"));
        var list = await OkAsync("GET", "/v1/provider_keys");
        Assert.Single(list["data"].EnumerateArray(), key => key.GetProperty("provider").GetString() == "openai");
    }

    [Fact]
    public async Task Delete_Key_IsGoneForCallsAndLists()
    {
        await OkAsync("PUT", "/v1/provider_keys/openai", """{"key":"gsk_0123456789abcdef"}""");

        Assert.Equal("""{"id":"openai","deleted":true}""", (await OkAsync("DELETE", "/v1/provider_keys/openai")).Text);

        Assert.Null(KeyOf("openai"));
        Assert.DoesNotContain("openai", (await OkAsync("GET", "/v1/provider_keys")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", "/v1/provider_keys/openai")).Status);
    }

    [Fact]
    public async Task Put_UnknownProvider_NamesTheKnownOnes()
    {
        var answer = await SendAsync("PUT", "/v1/provider_keys/opneai", """{"key":"sk-0123456789"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("anthropic", answer.Message, StringComparison.Ordinal);
        Assert.Contains("openai", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"key":""}""")]
    [InlineData("""{"key":"sk-secret with blank"}""")]
    [InlineData("""{"key":"sk-secret\r\nX-Evil: 1"}""")]
    [InlineData("""{"key":"sk-secret-ü"}""")]
    [InlineData("""{"key":["sk-secret"]}""")]
    [InlineData("""{"key":"sk-secret""")]
    public async Task Put_BadKey_IsRefusedAndNotRepeated(string body)
    {
        var answer = await SendAsync("PUT", "/v1/provider_keys/openai", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain("sk-secret", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProviderKeyEndpoints.KeyLengthMax, HttpStatusCode.OK)]
    [InlineData(ProviderKeyEndpoints.KeyLengthMax + 1, HttpStatusCode.BadRequest)]
    public async Task Put_LongKey_HasALimit(int length, HttpStatusCode expected) => Assert.Equal(
        expected, (await SendAsync("PUT", "/v1/provider_keys/openai", $$"""{"key":"{{new string('k', length)}}"}""")).Status);

    [Fact]
    public async Task AnyCall_OtherMerchant_SeesNothing()
    {
        await OkAsync("PUT", "/v1/provider_keys/google", """{"key":"AIza0123456789"}""");

        Assert.Equal("[]", (await OkAsync("GET", "/v1/provider_keys", null, host.OtherKey))["data"].GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", "/v1/provider_keys/google", null, host.OtherKey)).Status);
        Assert.Equal("AIza0123456789", KeyOf("google"));
    }

    [Fact]
    public async Task Load_FromTheDatabase_OpensThemWithTheSameMasterKeyAlone()
    {
        await OkAsync("PUT", "/v1/provider_keys/openai", $$"""{"key":"{{Secret}}"}""");
        var state = await new SnapshotLoader(host.Source).LoadAsync(
            1, Lava.Metering.Pricing.PriceBook.Empty, new DateOnly(2026, 1, 1), new NoWallets(), default);
        Assert.DoesNotContain(
            state.ProviderKeys, record => Encoding.Latin1.GetString(record.Sealed).Contains("very-secret", StringComparison.Ordinal));

        var same = new ProviderKeyRing(new SecretCipher(new byte[32])).Load(state.Accounts, state.ProviderKeys, out var unreadable);
        var other = new ProviderKeyRing(new SecretCipher([1, .. new byte[31]])).Load(state.Accounts, state.ProviderKeys, out var all);

        Assert.Empty(unreadable);
        Assert.Equal(Secret, KeyOf("openai", same));
        Assert.Equal(state.ProviderKeys.Count, all.Count);
        Assert.Equal("", KeyOf("openai", other));
    }

    private Task<ApiAnswer> SendAsync(string method, string path, string? body = null, string? key = null) =>
        host.SendAsync(method, path, body, key ?? _key);

    private Task<ApiAnswer> OkAsync(string method, string path, string? body = null, string? key = null) =>
        host.OkAsync(method, path, body, key ?? _key);

    private string? KeyOf(string provider, AccountSnapshot? accounts = null)
    {
        var found = (accounts ?? host.Dependencies.Accounts.Current).SecretKeys.TryGetValue(
            UInt256.Sha256(Encoding.UTF8.GetBytes(_key)), out var key);
        Assert.True(found);
        return key!.Merchant.ProviderKeys.TryGetValue(provider, out var bytes) ? Encoding.ASCII.GetString(bytes.Span) : null;
    }
}
