using System.Net;
using System.Text.Json;

namespace Lava.Tests.Server.Simulation;

public sealed class RefusalTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private const string Ok = """{"model":"m","max_tokens":5,"messages":[]}""";

    [Theory]
    [InlineData("/v1/chat/completions", "x-api-key")]
    [InlineData("/v1/messages", "x-goog-api-key")]
    [InlineData("/v1beta/models/g:generateContent", "x-api-key")]
    public async Task Post_KeyInAnotherProvidersHeader_Is401(string path, string header)
    {
        using var request = SimulatorFixture.Post(path, Ok);
        request.Headers.Add(header, "any");
        using var response = await simulator.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1beta/models/g:generateContent?key=any", null)]
    [InlineData("/v1beta/models/g:generateContent", "Bearer any")]
    [InlineData("/v1/messages/count_tokens", "Bearer any")]
    public async Task Post_OtherSchemesOfTheProvider_AreAccepted(string path, string? authorization)
    {
        var body = path.Contains("messages", StringComparison.Ordinal) ? """{"model":"m","messages":[]}""" : """{"contents":[]}""";
        using var request = SimulatorFixture.Post(path, body);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await simulator.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "invalid_request_error")]
    [InlineData("/v1/messages", "invalid_request_error")]
    [InlineData("/v1beta/models/g:generateContent", "INVALID_ARGUMENT")]
    public async Task Post_MalformedJson_Is400InTheProvidersShape(string path, string type)
    {
        foreach (var body in new[] { "", "[]", "{\"model\":", "{} {}" })
        {
            using var response = await simulator.SendAsync(path, body);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(type, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/messages/nothing")]
    [InlineData("/v1beta/models/g:nothing")]
    public async Task Post_UnknownPath_Is404(string path)
    {
        using var response = await simulator.SendAsync(path, Ok);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(JsonValueKind.Object, error.ValueKind);
    }

    [Theory]
    [InlineData("/v1/messages", """{"model":"m","max_tokens":5,"messages":[],"stream_options":{}}""", "stream_options: Extra inputs")]
    [InlineData("/v1/messages", """{"model":"m","messages":[]}""", "max_tokens: Field required")]
    [InlineData("/v1beta/models/g:generateContent", """{"contents":[],"stream_options":{}}""", "stream_options")]
    [InlineData("/v1/responses", """{"model":"m","input":"a","stream":true,"stream_options":{"include_usage":false}}""", "include_usage")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[],"stream_options":{"include_usage":true}}""", "stream_options")]
    [InlineData("/v1/chat/completions", """{"messages":[]}""", "model")]
    [InlineData("/v1/chat/completions", """{"model":"m+tokens=many","messages":[]}""", "+tokens=many")]
    [InlineData("/v1/chat/completions", """{"model":"m+tokenz=1","messages":[]}""", "+tokenz=1")]
    [InlineData("/v1/chat/completions", """{"model":"m+fault=flood","messages":[]}""", "+fault=flood")]
    [InlineData("/v1/chat/completions", """{"model":"m+error=200","messages":[]}""", "+error=200")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[],"max_tokens":0}""", "max_tokens")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a","dimensions":5000}""", "dimensions")]
    public async Task Post_WhatTheProviderRefuses_Is400ThatNamesIt(string path, string body, string named)
    {
        using var response = await simulator.SendAsync(path, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Contains(named, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_UnknownHeaderOfTheSimulator_Is400()
    {
        using var response = await simulator.SendAsync(SimulatorFixture.Chat, Ok, ("x-sim-tokenz", "1"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Get_OnAPostPath_Is405()
    {
        using var response = await simulator.Client.GetAsync(SimulatorFixture.Chat);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "429", "rate_limit_exceeded")]
    [InlineData("/v1/messages", "529", "overloaded_error")]
    [InlineData("/v1beta/models/g:generateContent", "503", "UNAVAILABLE")]
    public async Task Post_ErrorAskedFor_HasStatusShapeAndRetryAfter(string path, string status, string type)
    {
        var body = path.Contains("v1beta", StringComparison.Ordinal) ? """{"contents":[]}""" : Ok;
        using var response = await simulator.SendAsync(path, body, ("x-sim-error", status), ("x-sim-retry-after", "7"));

        Assert.Equal(status, ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
        Assert.Contains(type, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/models", "Authorization", "Bearer any", "data")]
    [InlineData("/v1beta/models", "x-goog-api-key", "any", "models")]
    public async Task Get_Models_IsAList(string path, string header, string key, string list)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(header, key);
        using var response = await simulator.Client.SendAsync(request);

        Assert.NotEmpty(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty(list).EnumerateArray());
    }
}
