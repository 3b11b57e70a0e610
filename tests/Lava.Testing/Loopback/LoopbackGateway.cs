using System.Net;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway;
using Lava.Gateway.Authentication;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Wallets;
using Lava.Wallets.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Testing.Loopback;

/// <summary>
/// The data plane in this process as <c>lava serve</c> composes it: Kestrel, the pipeline, wallets, a journal on disk, a client to the
/// provider; without PostgreSQL. It forwards to a <see cref="LoopbackProvider"/>.
/// </summary>
public sealed class LoopbackGateway : IAsyncDisposable
{
    private const string Key = "aks_live_2Zk7vQ1nXr8sT4uW6yB9cD3eF5gH0jKm";
    private const long CustomerWallet = 2;

    private readonly string _directory = Directory.CreateTempSubdirectory("lava-loopback-").FullName;
    private readonly WalletStore _wallets = new(1_000);
    private readonly JournalWriter _journal;
    private readonly GatewayPipeline _pipeline;
    private readonly WebApplication _app;

    private LoopbackGateway()
    {
        _journal = JournalWriter.Open(
            new JournalOptions { Directory = _directory }, RecoveryResult.Empty(), error => Environment.FailFast(error.Message));
        var catalog = ProviderCatalog.Default;
        ManagedProviderKeys.TryRead(
            catalog, name => name == "OPENAI_API_KEY" ? "sk-proj-" + new string('k', 48) : null, out var keys, out _);
        UpstreamOverrides.TryParse([$"*=http://127.0.0.1:{Provider.Port}"], out var overrides, out _);
        var (accounts, pricing) = Accounts();
        _pipeline = new GatewayPipeline(new GatewayParts
        {
            Accounts = new Snapshot<AccountSnapshot>(accounts),
            Pricing = new Snapshot<PricingSnapshot>(pricing),
            Wallets = _wallets,
            Journal = _journal,
            Positions = new MeterPositions(),
            Credentials = new CredentialResolver(None, None),
            Targets = new TargetParser(catalog, overrides!),
            ProviderKeys = keys!,
            Upstream = new UpstreamConnector(overrides!, new UpstreamOptions(), TimeProvider.System).CreateInvoker(),
            Options = new GatewayOptions(),
            Logger = NullLogger.Instance,
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(_pipeline.InvokeAsync);
    }

    public LoopbackProvider Provider { get; } = new();

    /// <summary>A forward token: merchant, customer and meter; the provider's key is the operator's.</summary>
    public string Token { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>What the customer's wallet has paid: proof that the calls did what they are said to do.</summary>
    public Money Spent => _wallets.TryRead(CustomerWallet, out var balance) ? Funds - balance.Posted : Money.Zero;

    private static Money Funds => Money.FromDollars(1_000_000);

    public static async Task<LoopbackGateway> StartAsync()
    {
        var gateway = new LoopbackGateway();
        await gateway._app.StartAsync();
        gateway.Port = new Uri(gateway._app.Urls.First()).Port;
        return gateway;
    }

    public LoopbackConnection Connect() => LoopbackConnection.Connect(Port);

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

    private (AccountSnapshot Accounts, PricingSnapshot Pricing) Accounts()
    {
        var merchant = new Merchant { Id = Ids.New(TimeProvider.System), IsTest = false, WalletId = 1 };
        var meter = new Meter
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = merchant.Id,
            Slug = "chat",
            RateType = RateType.Percentage,
            TierType = TierType.Tokens1M,
            BaseCostPayer = BaseCostPayer.Wallet,
            Tiers = [new MeterTier(0, Money.Parse("0.20"))],
        };
        var customer = new Customer
        {
            Id = Ids.New(TimeProvider.System), MerchantId = merchant.Id, WalletId = CustomerWallet,
        };
        var secretKey = new SecretKey
        {
            Id = Ids.New(TimeProvider.System), Digest = UInt256.Sha256(Encoding.ASCII.GetBytes(Key)), Merchant = merchant,
        };
        _wallets.Open(merchant.WalletId, Funds, Money.Zero);
        _wallets.Open(customer.WalletId, Funds, Money.Zero);
        Token = Convert.ToBase64String(Encoding.ASCII.GetBytes(
            "{\"secret_key\":\"" + Key + "\",\"customer_id\":\"" + Ids.Format(IdPrefix.Customer, test: false, customer.Id)
            + "\",\"meter_slug\":\"chat\"}"));
        var prices = PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21));
        return (AccountSnapshot.Create([secretKey], [customer]), PricingSnapshot.Create(prices, [meter]));
    }

    private static bool None(ReadOnlySpan<byte> secret, out Guid id)
    {
        id = default;
        return false;
    }
}
