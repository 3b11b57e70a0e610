using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lava.Gateway.Upstreams;
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

/// <summary>A provider behind TLS that speaks HTTP/2, as the real ones do.</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private readonly SemaphoreSlim _next = new(0);
    private readonly X509Certificate2 _certificate = CreateCertificate();
    private WebApplication _provider = null!;
    private GatewayHarness _gateway = null!;
    private RequestDelegate _answer = _ => Task.CompletedTask;
    private string? _protocol;
    private string? _body;

    [Fact]
    public async Task Request_ToAnHttp2Provider_ArrivesAsHttp2AndStreamsChunkByChunk()
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
        Assert.Equal(("HTTP/2", Bodies.ChatStreamWithUsage), (_protocol, _body));
        Assert.Equal(Bodies.AnswerCharge, (await Ledger.SettledAsync(_gateway)).Debit.Units);
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
            _body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            await _answer(http);
        });
        await _provider.StartAsync();
        var address = _provider.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _gateway = await StartAsync(new GatewaySetup { UpstreamUrl = address, Invoker = Trusting });
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _provider.DisposeAsync();
        _certificate.Dispose();
        _next.Dispose();
    }

    private static HttpMessageInvoker Trusting(UpstreamOverrides overrides)
    {
        var handler = new UpstreamConnector(overrides, new UpstreamOptions(), TimeProvider.System).CreateHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpMessageInvoker(handler);
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=provider.test", key, HashAlgorithmName.SHA256);
        var begin = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(begin, begin.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
