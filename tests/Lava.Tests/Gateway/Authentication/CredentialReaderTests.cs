using System.Text;
using Lava.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Gateway.Authentication;

public sealed class CredentialReaderTests
{
    [Theory]
    [InlineData("Authorization", "Bearer abc", CredentialSource.Authorization)]
    [InlineData("authorization", "bEARER   abc ", CredentialSource.Authorization)]
    [InlineData("x-api-key", "abc", CredentialSource.ApiKeyHeader)]
    [InlineData("X-Goog-Api-Key", "abc", CredentialSource.GoogleApiKeyHeader)]
    [InlineData("xi-api-key", "abc", CredentialSource.ElevenLabsApiKeyHeader)]
    [InlineData("Authorization", "Token abc", CredentialSource.Authorization)]
    [InlineData("Authorization", "Key abc", CredentialSource.Authorization)]
    [InlineData("Authorization", "Api-Key abc", CredentialSource.Authorization)]
    [InlineData("Authorization", "abc", CredentialSource.Authorization)]
    [InlineData("x-lava-token", " abc ", CredentialSource.LavaToken)]
    [InlineData("api-key", "abc", CredentialSource.AzureApiKeyHeader)]
    [InlineData("x-key", "abc", CredentialSource.KeyHeader)]
    [InlineData("x-gladia-key", "abc", CredentialSource.GladiaKeyHeader)]
    [InlineData("X-Hume-Api-Key", "abc", CredentialSource.HumeApiKeyHeader)]
    public void Read_OneHeader_FindsIt(string name, string value, CredentialSource expected)
    {
        Assert.Equal((AuthenticationOutcome.Ok, "abc", expected), Read("", (name, value)));
    }

    [Theory]
    [InlineData("?key=abc", "abc")]
    [InlineData("?u=https://api.openai.com/v1/models&key=abc", "abc")]
    [InlineData("?u=https://api.openai.com/v1/models?key=abc", "abc")]
    [InlineData("?key=a%2Bb%3D%3D", "a+b==")]
    [InlineData("?key=a+b", "a+b")]
    public void Read_QueryParameter_IsDecodedOnce(string query, string expected) =>
        Assert.Equal((AuthenticationOutcome.Ok, expected, CredentialSource.QueryParameter), Read(query));

    [Fact]
    public void Read_Several_TheFirstInOrderDecides()
    {
        (string, string)[] all =
        [
            ("X-Hume-Api-Key", "8"), ("x-gladia-key", "7"), ("x-key", "6"), ("api-key", "5"), ("xi-api-key", "4"), ("x-goog-api-key", "3"),
            ("x-api-key", "2"), ("Authorization", "Bearer 1"), ("x-lava-token", "0"),
        ];
        for (var count = all.Length; count > 0; count--)
        {
            Assert.Equal(all[count - 1].Item2.Replace("Bearer ", ""), Read("?key=9", all[..count]).Text);
        }
    }

    [Theory]
    [InlineData("Basic abc")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b")]
    [InlineData("Bearer")]
    [InlineData("Bearer  ")]
    [InlineData("token")]
    [InlineData("Keys abc")]
    public void Read_OtherScheme_IsPassedOver(string value)
    {
        Assert.Equal(AuthenticationOutcome.Missing, Read("", ("Authorization", value)).Outcome);
        Assert.Equal("abc", Read("", ("Authorization", value), ("x-api-key", "abc")).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?u=https://api.openai.com/v1/models")]
    [InlineData("?key=")]
    [InlineData("?monkey=abc")]
    [InlineData("?u=https%3A%2F%2Fx%3Fkey%3Dabc")]
    public void Read_Nothing_IsMissing(string query) => Assert.Equal(AuthenticationOutcome.Missing, Read(query).Outcome);

    [Theory]
    [InlineData("?key=a%2")]
    [InlineData("?key=%zz")]
    [InlineData("?key=%")]
    public void Read_BrokenEncoding_IsMalformed(string query) => Assert.Equal(AuthenticationOutcome.Malformed, Read(query).Outcome);

    [Fact]
    public void Read_HeaderTwice_IsMalformed()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["x-api-key"] = new[] { "a", "b" };
        var outcome = CredentialReader.Read(context.Request, new byte[CredentialResolver.MaxBytes], out _, out _);
        Assert.Equal(AuthenticationOutcome.Malformed, outcome);
    }

    [Theory]
    [InlineData(CredentialResolver.MaxBytes, AuthenticationOutcome.Ok)]
    [InlineData(CredentialResolver.MaxBytes + 1, AuthenticationOutcome.Malformed)]
    public void Read_AtAndOverTheLimit_OkAndMalformed(int length, AuthenticationOutcome expected) =>
        Assert.Equal(expected, Read("", ("x-api-key", new string('a', length))).Outcome);

    [Fact]
    public void Read_LoneSurrogate_IsMalformed() =>
        Assert.Equal(AuthenticationOutcome.Malformed, Read("", ("x-api-key", "\ud800")).Outcome);

    private static (AuthenticationOutcome Outcome, string Text, CredentialSource Source) Read(
        string query, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        var buffer = new byte[CredentialResolver.MaxBytes];
        var outcome = CredentialReader.Read(context.Request, buffer, out var length, out var source);
        return (outcome, Encoding.UTF8.GetString(buffer.AsSpan(0, length)), source);
    }
}
