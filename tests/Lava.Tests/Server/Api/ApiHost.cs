using System.Net;
using System.Text;
using System.Text.Json;
using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Payments;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Api.Subscriptions;
using Lava.Server.Api.Webhooks;
using Lava.Server.Hosting;
using Lava.Tests.Billing.Subscriptions;
using Lava.Wallets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lava.Tests.Server.Api;

/// <summary>The management API on Kestrel and a real PostgreSQL, with two merchants.</summary>
public sealed class ApiHost : IAsyncLifetime, IFlushPosition
{
    private readonly ApiPostgres _postgres = new();
    private readonly WalletStore _wallets = new(10_000);
    private WebApplication _app = null!;

    public HttpClient Client { get; private set; } = null!;

    public Npgsql.NpgsqlDataSource Source => _postgres.Source;

    public Task StopPostgresAsync() => _postgres.StopAsync();

    public Merchant Merchant { get; private set; } = null!;

    public string Key { get; private set; } = "";

    public string OtherKey { get; private set; } = "";

    public LegacySecret Secrets { get; } = new(new byte[32]);

    public bool IsCaughtUp { get; set; } = true;

    public WalletStore Wallets => _wallets;

    internal ScriptedPayments Payments { get; } = new();

    internal BillingRound Billing { get; private set; } = null!;

    internal ManagementDependencies Dependencies { get; private set; } = null!;

    /// <summary>The methods and paths that are mapped.</summary>
    public IEnumerable<(string Method, string Path)> Routes =>
        from source in ((IEndpointRouteBuilder)_app).DataSources
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (method, endpoint.RoutePattern.RawText!);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        var stores = new ManagementStores(_postgres.Source, TimeProvider.System);
        var position = await JournalPosition.TakeAsync(_postgres.Source, 1, default);
        var renewals = new RenewalStore(_postgres.Source, position);
        var customers = new CustomerChanges();
        var adjustments = new CreditAdjustments(new AdjustmentStore(_postgres.Source, position, TimeProvider.System), _wallets);
        var payments = PaymentParts.Create(
            _wallets,
            customers,
            new PaymentStores(
                new PaymentStore(_postgres.Source, position, TimeProvider.System, new SubscriptionMoney()),
                new PaymentMethodStore(_postgres.Source, position),
                new WalletWatchStore(_postgres.Source, position),
                new RefundStore(_postgres.Source, position),
                new DisputeStore(_postgres.Source, position),
                new PaymentReviewStore(_postgres.Source, position, new SubscriptionMoney())),
            adjustments,
            new PaymentProviders(new SandboxPayments(), null),
            TimeProvider.System);
        Payments.Cards = payments.Cards;
        var credit = new SubscriptionCredit(renewals, _wallets, payments.Floors, TimeProvider.System);
        Dependencies = new ManagementDependencies
        {
            Accounts = new Snapshot<AccountSnapshot>(AccountSnapshot.Empty),
            Pricing = new Snapshot<PricingSnapshot>(PricingSnapshot.Create(Prices(), [])),
            Positions = new MeterPositions(),
            Wallets = _wallets,
            Stores = stores,
            Grants = new CreditGrants(new GrantStore(_postgres.Source, position, TimeProvider.System), _wallets),
            Adjustments = adjustments,
            Subscriptions = new SubscriptionParts(
                renewals, new SubscriptionChanges(renewals, Payments, credit, TimeProvider.System),
                new TestClock(renewals, (merchant, token) => Billing.RunAsync(merchant, token))),
            Payments = payments,
            LegacySecrets = Secrets,
            ProviderKeys = new ProviderKeyRing(new SecretCipher(new byte[32])),
            WebhookSecrets = new WebhookSecrets(new SecretCipher(new byte[32])),
            Catalog = ProviderCatalog.Default,
            Prices = PriceCatalog.Shipped(),
            ManagedKeys = ManagedKeys(),
            FlushPosition = this,
            Time = TimeProvider.System,
        };
        customers.Publisher = new CustomerPublisher(Dependencies);
        Billing = new BillingRound(
            new Renewals(renewals, Payments, credit, customers),
            new CreditExpiry(new ExpiryStore(_postgres.Source, position, TimeProvider.System), _wallets, TimeProvider.System),
            null,
            NullLogger.Instance);
        (Merchant, Key) = await AddMerchantAsync(true);
        (_, OtherKey) = await AddMerchantAsync(false);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapManagementApi(Dependencies);
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _postgres.DisposeAsync();
        _wallets.Dispose();
    }

    public Task<bool> CaughtUpAsync(CancellationToken cancellationToken) => Task.FromResult(IsCaughtUp);

    public async Task<ApiAnswer> SendAsync(string method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key ?? Key}");
        request.Content = new ByteArrayContent(body is null ? [] : Encoding.UTF8.GetBytes(body));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return await SendAsync(request);
    }

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new ApiAnswer(response.StatusCode, JsonDocument.Parse(text).RootElement, text);
    }

    public async Task<ApiAnswer> OkAsync(string method, string path, string? body = null, string? key = null)
    {
        var answer = await SendAsync(method, path, body, key);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Text);
        return answer;
    }

    public async Task<string> AddCustomerAsync(string body = "{}", string? key = null) =>
        (await OkAsync("POST", "/v1/customers", body, key))["customer_id"].GetString()!;

    private static ManagedProviderKeys ManagedKeys() => ManagedProviderKeys.TryRead(
        ProviderCatalog.Default, name => name == "OPENAI_API_KEY" ? "sk-operator" : null, out var keys, out _)
        ? keys
        : throw new InvalidOperationException();

    private static PriceBook Prices() => PriceBook.Create(
        1,
        [
            new ModelPrice
            {
                Provider = "openai", Model = "gpt-4o-mini", Input = Money.Parse("0.15"), Output = Money.Parse("0.60"),
                ContextWindow = 128_000, MaxOutput = 16_384,
            },
        ]);

    public async Task<(Merchant Merchant, string Key)> AddMerchantAsync(bool isTest)
    {
        var stores = Dependencies.Stores;
        var text = SecretKeyText.New(isTest);
        var digest = SecretKeyText.Digest(text);
        var merchant = await stores.Merchants.CreateFirstAsync("First", isTest, digest, SecretKeyText.Hint(text));
        if (merchant is null)
        {
            merchant = await stores.Merchants.CreateAsync("Other", isTest);
            await stores.SecretKeys.CreateAsync(
                merchant.Id,
                new SecretKeyRecord(Ids.New(TimeProvider.System), "First", SecretKeyText.Hint(text), digest, DateTimeOffset.UnixEpoch),
                default);
        }

        _wallets.Open(merchant.WalletId, Money.Zero, WalletBalance.NoFloor);
        var key = new SecretKey { Id = Guid.Empty, Digest = digest, Merchant = merchant };
        Dependencies.Accounts.Swap(accounts => accounts.With(key));
        return (merchant, text);
    }
}
