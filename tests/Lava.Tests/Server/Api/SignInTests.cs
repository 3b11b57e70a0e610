using System.Net;
using Lava.Server.Api;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lava.Tests.Server.Api;

/// <summary>The sign-in page, to which each caller comes from the address that its header tells.</summary>
[Collection(ApiCollection.Name)]
public sealed class SignInTests(ApiHost host) : IAsyncLifetime
{
    private const int TriesPerMinute = 10;
    private const string From = "x-from";
    private readonly ManualTime _time = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private int _addresses;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use((http, next) =>
        {
            http.Connection.RemoteIpAddress = IPAddress.Parse(http.Request.Headers[From].ToString());
            return next(http);
        });
        _app.MapManagementApi(host.Dependencies with { Time = _time });
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        _client = new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Allow_OneAccountFromManyAddresses_HasALimitOfItsOwn()
    {
        for (var i = 0; i < TriesPerMinute; i++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await TryAsync(host.Key)).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(host.Key)).Status);
        var second = (await host.OkAsync("POST", "/v1/secret_keys", """{"name":"second"}"""))["secret_key"].GetString()!;
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(second)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await TryAsync(host.OtherKey)).Status);
        _time.Advance(TimeSpan.FromMinutes(1) / TriesPerMinute);
        Assert.Equal(HttpStatusCode.SeeOther, (await TryAsync(host.Key)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync(host.Key)).Status);
    }

    [Fact]
    public async Task Allow_TooManyTries_AreAnsweredAlikeForKeysThatAreNotKnown()
    {
        var (_, known) = await host.AddMerchantAsync(true);
        for (var i = 0; i < TriesPerMinute; i++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await TryAsync(known)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync("aks_test_unknown")).Status);
        }

        var refused = await TryAsync(known);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal(refused, await TryAsync("aks_test_unknown"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync("aks_test_other")).Status);
    }

    [Fact]
    public async Task Allow_OneAddressWithManyKeys_HasALimitToo()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync($"aks_test_{i}", "192.0.2.1")).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await TryAsync("aks_test_last", "192.0.2.1")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await TryAsync("aks_test_last", "192.0.2.2")).Status);
    }

    private async Task<(HttpStatusCode Status, string Headers, string Body)> TryAsync(string key, string? from = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/connect");
        request.Headers.Add(From, from ?? $"198.51.100.{++_addresses}");
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["state"] = "abc", ["port"] = "80", ["key"] = key });
        using var answer = await _client.SendAsync(request);
        var headers = answer.Headers.Where(header => header.Key is not "Date")
            .Select(header => $"{header.Key}={string.Join(',', header.Value)}");
        return (answer.StatusCode, string.Join('\n', headers.Order()), await answer.Content.ReadAsStringAsync());
    }
}
