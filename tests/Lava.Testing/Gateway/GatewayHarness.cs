using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Authentication;
using Lava.Gateway.Jobs;
using Lava.Gateway.Limits;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Server.Simulation;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Testing.Gateway;

/// <summary>The real pipeline on Kestrel with real wallets and a real journal, and a provider on the other side.</summary>
public sealed class GatewayHarness : IAsyncDisposable
{
    /// <summary>After this long nothing more is expected to happen: a test that waits in vain fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>OpenAI's chat completions.</summary>
    public const string Chat = "https://api.openai.com/v1/chat/completions";

    private readonly string _directory = Directory.CreateTempSubdirectory("lava-pipeline-").FullName;
    private readonly GatewaySetup _setup;
    private readonly SemaphoreSlim _ended = new(0);
    private readonly TaskCompletionSource _clientGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _simulator;
    private WebApplication _app = null!;

    private GatewayHarness(GatewaySetup setup) => _setup = setup;

    /// <summary>The pipeline.</summary>
    public GatewayPipeline Pipeline { get; private set; } = null!;

    /// <summary>Its counters.</summary>
    public GatewayMetrics Metrics { get; } = new();

    /// <summary>What is used of hard limits.</summary>
    public LimitCounters Limits { get; } = new();

    /// <summary>Asynchronous jobs whose end has not been seen.</summary>
    public JobIndex Jobs { get; } = new();

    /// <summary>The wallets.</summary>
    public WalletStore Wallets { get; } = new(1000);

    /// <summary>The journal.</summary>
    public JournalWriter Journal { get; private set; } = null!;

    /// <summary>The journal's disk.</summary>
    internal HeldDisk Disk { get; } = new();

    /// <summary>The provider whose bytes the test writes; answers unless the setup says otherwise.</summary>
    public ScriptedUpstream Upstream { get; } = new();

    /// <summary>What reached the simulator.</summary>
    public ConcurrentQueue<SimulatedRequest> Simulated { get; } = new();

    /// <summary>Merchant, customers, meters.</summary>
    public TestAccounts Accounts { get; private set; } = null!;

    /// <summary>Who may call now.</summary>
    public Snapshot<AccountSnapshot> Known { get; private set; } = null!;

    /// <summary>Calls it.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Its port.</summary>
    public int Port => Client.BaseAddress!.Port;

    /// <summary>Completes when a client went away; the pipeline knows by then.</summary>
    public Task ClientGone => _clientGone.Task.WaitAsync(Patience);

    /// <summary>Starts it all.</summary>
    public static async Task<GatewayHarness> StartAsync(GatewaySetup? setup = null)
    {
        var harness = new GatewayHarness(setup ?? new GatewaySetup());
        try
        {
            await harness.StartAsync();
        }
        catch
        {
            await harness.DisposeAsync();
            throw;
        }

        return harness;
    }

    /// <summary>A customer's wallet: "c0", "c1", …, or the merchant's: "merchant".</summary>
    public WalletBalance Wallet(string owner = "c0")
    {
        var id = owner == "merchant" ? TestAccounts.MerchantWallet : TestAccounts.FirstWallet + (owner[1] - '0');
        return Wallets.TryRead(id, out var balance) ? balance : throw new KeyNotFoundException(owner);
    }

    /// <summary>The journal as far as it is durable.</summary>
    public JournalBooks Books() => JournalBooks.Read(_directory, Journal);

    /// <summary>Waits until so many more calls have left the pipeline.</summary>
    public async Task EndedAsync(int calls = 1)
    {
        for (var i = 0; i < calls; i++)
        {
            if (!await _ended.WaitAsync(Patience))
            {
                throw new TimeoutException("The call did not end.");
            }
        }
    }

    /// <summary>Waits until no call runs, and no connection is left that could bring one; nothing can be called after it.</summary>
    public async Task IdleAsync() => await _app.StopAsync();

    /// <summary>A request through the gateway.</summary>
    public static HttpRequestMessage Request(
        HttpMethod method, string target, string token, string? body, params (string, string)[] headers)
    {
        var request = new HttpRequestMessage(method, $"/v1/forward?u={Uri.EscapeDataString(target)}");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        }

        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Posts a body; returns when the headers are there.</summary>
    public Task<HttpResponseMessage> PostAsync(
        string body, string? token = null, string target = Chat, params (string, string)[] headers) =>
        Client.SendAsync(
            Request(HttpMethod.Post, target, token ?? TestAccounts.Token(), body, headers), HttpCompletionOption.ResponseHeadersRead);

    /// <summary>Sends a body to a path of this gateway's own; without a credential's header where that is empty.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body, string credential = TestAccounts.SpendKeyText, params (string, string)[] headers)
    {
        var request = Request(method, Chat, credential, body, headers);
        request.RequestUri = new Uri(path, UriKind.Relative);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Posts a body on a connection of its own.</summary>
    public Task<RawClient> PostRawAsync(
        string body, string? token = null, string target = Chat, string headers = "") => RawClient.SendAsync(
        Port,
        $"POST /v1/forward?u={target} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token ?? TestAccounts.Token()}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    /// <summary>Waits for a whole call that needs no journal: what was sent to another client before has arrived there by then.</summary>
    public async Task RoundTripsAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            using var response = await Client.GetAsync(new Uri("/v1/forward", UriKind.Relative));
            await EndedAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Disk.Release();
        Client?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Pipeline?.Dispose();
        await Upstream.DisposeAsync();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        if (Journal is not null)
        {
            await Journal.DisposeAsync();
        }

        Wallets.Dispose();
        _ended.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync()
    {
        Accounts = new TestAccounts(_setup.RefuseUnlinkedMeters, _setup.Meters);
        Wallets.Open(TestAccounts.MerchantWallet, Money.Zero, _setup.MerchantFloor);
        for (var i = 0; i < TestAccounts.Customers; i++)
        {
            Wallets.Open(TestAccounts.FirstWallet + i, _setup.Credit, Money.Zero);
        }

        var options = _setup.Journal(new JournalOptions { Directory = _directory, SegmentBytes = 1 << 20, SizeLimitBytes = 64 << 20 });
        Journal = JournalWriter.Open(options, RecoveryResult.Empty(), _ => { }, Disk);
        Pipeline = new GatewayPipeline(CreateParts(await UpstreamUrlAsync()));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri(_app.Urls.Single()),
            Timeout = Patience,
        };
    }

    private async Task ServeAsync(HttpContext http)
    {
        // Registered first, called last.
        await using var registration = http.RequestAborted.UnsafeRegister(_ => _clientGone.TrySetResult(), null);
        await Pipeline.InvokeAsync(http);
        _ended.Release();
    }

    private async Task<string> UpstreamUrlAsync()
    {
        if (!_setup.Simulated)
        {
            return _setup.UpstreamUrl ?? Upstream.Url;
        }

        _simulator = ProviderSimulator.Build(new SimulatorOptions { Urls = ["http://127.0.0.1:0"], OnRequest = Simulated.Enqueue });
        await _simulator.StartAsync();
        return _simulator.Urls.Single();
    }

    private GatewayParts CreateParts(string upstreamUrl)
    {
        string[] entries = upstreamUrl.Length > 0 ? [$"*={upstreamUrl}"] : [];
        var known = UpstreamOverrides.TryParse(entries, out var overrides, out _);
        known &= ProviderCatalog.TryCreate(_setup.Providers, out var catalog, out _);
        known &= ManagedProviderKeys.TryRead(catalog!, _setup.Variables, out var keys, out _);
        var prices = PriceCatalog.Shipped();
        prices = _setup.Prices is null ? prices : prices.With(PriceCatalog.Parse(_setup.Prices, "test"));
        return !known ? throw new ArgumentException(upstreamUrl) : new GatewayParts
        {
            Accounts = Known = new Snapshot<AccountSnapshot>(
                _setup.Accounts(Accounts.Snapshot.With(_setup.SpendKey(Accounts.SpendKey)).WithMerchants(_setup.Merchant))),
            Pricing = new Snapshot<PricingSnapshot>(PricingSnapshot.Create(prices.On(new DateOnly(2026, 9, 1)), Accounts.Meters)),
            Wallets = Wallets,
            Journal = Journal,
            Positions = new MeterPositions(_setup.PositionCapacity),
            Limits = Limits,
            Signals = _setup.Signals,
            Credentials = new CredentialResolver(NoSecret, NoSecret),
            Targets = new TargetParser(catalog!, overrides!),
            ProviderKeys = keys!,
            Upstream = _setup.UpstreamClient?.Invoke(overrides!)
                ?? new UpstreamConnector(overrides!, new UpstreamOptions(), TimeProvider.System).CreateClient(),
            Options = _setup.Options,
            Metrics = Metrics,
            Jobs = Jobs,
            Time = _setup.Time,
            Logger = NullLogger.Instance,
        };
    }

    private static bool NoSecret(ReadOnlySpan<byte> secret, out Guid id)
    {
        id = default;
        return false;
    }
}
