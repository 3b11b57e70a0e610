using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lava.Gateway.Upstreams;
using Lava.Gateway.Upstreams.Http1;
using Lava.Testing.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using static Lava.Testing.Gateway.GatewayHarness;

namespace Lava.Tests.Gateway.Pipeline;

/// <summary>A provider behind TLS that offers HTTP/2 before HTTP/1.1, as the real ones do.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private const string Name = "provider.test";
    private readonly SemaphoreSlim _next = new(0);
    private readonly X509Certificate2 _certificate = CreateCertificate();
    private WebApplication _provider = null!;
    private GatewayHarness _gateway = null!;
    private RequestDelegate _answer = _ => Task.CompletedTask;
    private readonly List<string> _connections = [];
    private string _address = "";
    private string? _protocol;
    private string? _body;

    [Fact]
    public async Task Request_ProviderThatOffersHttp2_ArrivesAsHttp1AndStreamsChunkByChunk()
    {
        _answer = async http =>
        {
            http.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await _next.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"part {i}\"}}}}]}}\n\n");
                await http.Response.Body.FlushAsync();
            }

            await http.Response.WriteAsync(Bodies.UsageChunk + Bodies.Done);
        };
        _next.Release();
        using var response = await _gateway.PostAsync(Bodies.ChatStreamWithUsage);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains($"part {i}", await reader.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);
            await reader.ReadLineAsync();
            _next.Release();
        }

        Assert.Equal(Bodies.UsageChunk + Bodies.Done, await reader.ReadToEndAsync());
        Assert.Equal(("HTTP/1.1", Bodies.ChatStreamWithUsage), (_protocol, _body));
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(_gateway)).Debit.Units);
    }

    [Theory]
    [InlineData("other.test", true)]
    [InlineData(Name, false)]
    public async Task Certificate_OfAnotherNameOrNotTrusted_Is502AndNothingIsSent(string name, bool isTrusted)
    {
        await using var gateway = await StartAsync(
            new GatewaySetup { UpstreamUrl = Named(_address, name), UpstreamClient = overrides => Trusting(overrides, isTrusted) });
        using var response = await gateway.PostAsync(Bodies.Chat);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Null(_protocol);
        Assert.Equal(0, (await Ledger.SettledAsync(gateway)).Debit.Units);
    }

    [Fact]
    public async Task Calls_OneAfterTheOther_ShareTheConnection()
    {
        _answer = http => http.Response.WriteAsync(Bodies.Answer);
        for (var i = 0; i < 3; i++)
        {
            using var response = await _gateway.PostAsync(Bodies.Chat);
            Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
            await _gateway.EndedAsync();
        }

        Assert.Single(_connections.Distinct());
        Assert.Equal(3, Ledger.AssertBalanced(_gateway).Count);
    }

    [Fact]
    public async Task Body_OfManyMegabytes_ArrivesWhole()
    {
        _answer = http => http.Response.WriteAsync(Bodies.Answer);
        var body = Bodies.Chat.Replace("}", new string(' ', 8 * 1024 * 1024) + "}", StringComparison.Ordinal);
        using var response = await _gateway.PostAsync(body);
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        Assert.True(body == _body, $"{_body?.Length} of {body.Length} characters came.");
    }

    [Fact]
    public async Task Answer_WithLength_KeepsIt()
    {
        _answer = http =>
        {
            http.Response.ContentLength = Bodies.Answer.Length;
            return http.Response.WriteAsync(Bodies.Answer);
        };
        using var response = await _gateway.PostAsync(Bodies.Chat);
        Assert.Equal(Bodies.Answer.Length, response.Content.Headers.ContentLength);
        Assert.Equal(Bodies.Answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpVersion.Version11, response.Version);
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(_gateway)).Debit.Units);
    }

    [Fact]
    public async Task Stream_ResetByTheProvider_CutsTheClientOffAndEstimates()
    {
        _answer = async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync(Bodies.Text);
            await http.Response.Body.FlushAsync();
            await _next.WaitAsync();
            http.Abort();
        };
        using var client = await _gateway.PostRawAsync(Bodies.ChatStreamWithUsage);
        Assert.True(await client.ReceiveUntilAsync("hello world!"));
        _next.Release();
        Assert.DoesNotContain("\r\n0\r\n\r\n", await client.ReceiveAllAsync(), StringComparison.Ordinal);
        Assert.Equal("upstream_cut", (await Ledger.SettledAsync(_gateway)).ErrorCode);
    }

    [Fact]
    public async Task Stream_ResetBeforeItsHeaders_Is502()
    {
        _answer = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        using var response = await _gateway.PostAsync(Bodies.ChatStream);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(0, (await Ledger.SettledAsync(_gateway)).Debit.Units);
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(_certificate);
            }));
        _provider = builder.Build();
        _provider.Run(async http =>
        {
            _protocol = http.Request.Protocol;
            _connections.Add(http.Connection.Id);
            _body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            await _answer(http);
        });
        await _provider.StartAsync();
        _address = _provider.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _gateway = await StartAsync(new GatewaySetup { UpstreamUrl = Named(_address), UpstreamClient = overrides => Trusting(overrides) });
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _provider.DisposeAsync();
        _certificate.Dispose();
        _next.Dispose();
    }

    private static string Named(string address, string name = Name) => address.Replace("127.0.0.1", name, StringComparison.Ordinal);

    private UpstreamClient Trusting(UpstreamOverrides overrides, bool isTrusted = true)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (isTrusted)
        {
            trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_certificate.RawData));
        }

        return new UpstreamConnector(overrides, new UpstreamOptions(), TimeProvider.System)
        {
            Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }),
            Trust = trust,
        }.CreateClient();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=provider", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        var begin = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(begin, begin.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
