using System.Net;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Testing.Loopback;

/// <summary>
/// The data plane in this process as <c>lava serve</c> composes it: Kestrel, the pipeline, wallets, a journal on disk, a client to the
/// provider; without PostgreSQL. It forwards to a <see cref="LoopbackProvider"/>.
/// </summary>
public sealed class LoopbackGateway : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lava-loopback-").FullName;
    private readonly LoopbackCaller _caller = new();
    private readonly WalletStore _wallets = new(1_000);
    private readonly JournalWriter _journal;
    private readonly GatewayPipeline _pipeline;
    private readonly WebApplication _app;
    private readonly MemoryTransport? _transport;

    private LoopbackGateway(TimeSpan progressInterval, bool inMemory, JournalDisk disk)
    {
        _journal = JournalWriter.Open(
            new JournalOptions { Directory = _directory }, RecoveryResult.Empty(), error => Environment.FailFast(error.Message), disk);
        var catalog = ProviderCatalog.Default;
        ManagedProviderKeys.TryRead(
            catalog, name => name == "OPENAI_API_KEY" ? "sk-proj-" + new string('k', 48) : null, out var keys, out _);
        UpstreamOverrides.TryParse([$"*=http://127.0.0.1:{Provider.Port}"], out var overrides, out _);
        _wallets.Open(_caller.Customer.WalletId, Funds, Money.Zero);
        _pipeline = new GatewayPipeline(new GatewayParts
        {
            Accounts = new Snapshot<AccountSnapshot>(_caller.Accounts),
            Pricing = new Snapshot<PricingSnapshot>(_caller.Pricing),
            Wallets = _wallets,
            Journal = _journal,
            Positions = new MeterPositions(),
            Credentials = _caller.Credentials,
            Targets = new TargetParser(catalog, overrides!),
            ProviderKeys = keys!,
            Upstream = new UpstreamConnector(overrides!, new UpstreamOptions(), TimeProvider.System).CreateClient(),
            Options = new GatewayOptions { ProgressInterval = progressInterval },
            Metrics = Metrics,
            Logger = NullLogger.Instance,
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (inMemory)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory, MemoryTransport>();
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _transport = _app.Services.GetRequiredService<IConnectionListenerFactory>() as MemoryTransport;
        _app.Run(_pipeline.InvokeAsync);
    }

    public LoopbackProvider Provider { get; } = new();

    /// <summary>A forward token: merchant, customer and meter; the provider's key is the operator's.</summary>
    public string Token => _caller.Token;

    /// <summary>Where it listens; 0 in memory.</summary>
    public int Port { get; private set; }

    public GatewayMetrics Metrics { get; } = new();

    /// <summary>What the customer's wallet has paid: proof that the calls did what they are said to do.</summary>
    public Money Spent => _wallets.TryRead(_caller.Customer.WalletId, out var balance) ? Funds - balance.Posted : Money.Zero;

    private static Money Funds => Money.FromDollars(1_000_000);

    /// <param name="progressInterval">How often a stream writes a PROGRESS; usually too seldom for a short one.</param>
    public static Task<LoopbackGateway> StartAsync(TimeSpan? progressInterval = null) =>
        StartAsync(new LoopbackGateway(progressInterval ?? TimeSpan.FromHours(1), inMemory: false, JournalDisk.Real));

    /// <summary>
    /// Clients come over memory, and the journal does not wait for its disk: what is left of a call is the work of this process and the
    /// connection to the provider.
    /// </summary>
    public static Task<LoopbackGateway> StartInMemoryAsync() =>
        StartAsync(new LoopbackGateway(TimeSpan.FromHours(1), inMemory: true, new UnsyncedDisk()));

    public LoopbackConnection Connect() => _transport?.Connect() ?? LoopbackConnection.Connect(Port);

    /// <summary>What PostgreSQL's flusher does in the server: old segments go.</summary>
    public void ConfirmJournal() => _journal.Confirm(_journal.DurableSequence);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _pipeline.Dispose();
        Provider.Dispose();
        await _journal.DisposeAsync();
        _wallets.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<LoopbackGateway> StartAsync(LoopbackGateway gateway)
    {
        await gateway._app.StartAsync();
        gateway.Port = new Uri(gateway._app.Urls.First()).Port;
        return gateway;
    }
}
