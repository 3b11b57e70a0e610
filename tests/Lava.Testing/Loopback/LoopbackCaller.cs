using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Testing.Loopback;

/// <summary>A merchant with a customer and a meter of 20 % on top of the provider's cost, and the forward token that names them.</summary>
public sealed class LoopbackCaller
{
    private const string Key = "aks_live_2Zk7vQ1nXr8sT4uW6yB9cD3eF5gH0jKm";
    private readonly byte[] _scratch = new byte[CredentialResolver.ScratchBytes];
    private readonly byte[] _token;

    public LoopbackCaller()
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
        Customer = new Customer { Id = Ids.New(TimeProvider.System), MerchantId = merchant.Id, WalletId = 2 };
        var secretKey = new SecretKey
        {
            Id = Ids.New(TimeProvider.System),
            Digest = UInt256.Sha256(Encoding.ASCII.GetBytes(Key)),
            Merchant = merchant,
        };
        var spendKey = new SpendKey
        {
            Id = Ids.New(TimeProvider.System),
            Digest = UInt256.Sha256(SpendKey),
            Merchant = merchant,
        };
        Accounts = AccountSnapshot.Create([secretKey], [Customer], [spendKey]);
        Pricing = PricingSnapshot.Create(PriceCatalog.Shipped().On(new DateOnly(2026, 8, 21)), [meter]);
        Token = Convert.ToBase64String(Encoding.ASCII.GetBytes(
            "{\"secret_key\":\"" + Key + "\",\"customer_id\":\"" + Ids.Format(IdPrefix.Customer, test: false, Customer.Id)
            + "\",\"meter_slug\":\"chat\"}"));
        _token = Encoding.ASCII.GetBytes(Token);
    }

    public string Token { get; }

    public Customer Customer { get; }

    public AccountSnapshot Accounts { get; }

    public PricingSnapshot Pricing { get; }

    public CredentialResolver Credentials { get; } = new(None, None);

    public bool Resolve() => Credentials.Resolve(_token, Accounts, Pricing, _scratch, out _) == AuthenticationOutcome.Ok;

    public bool ResolveSpendKey() =>
        Credentials.Resolve(SpendKey, Accounts, Pricing, _scratch, out _) == AuthenticationOutcome.Ok;

    private static ReadOnlySpan<byte> SpendKey => "lava_sk_2Zk7vQ1nXr8sT4uW6yB9cD3eF5gH0jKm"u8;

    private static bool None(ReadOnlySpan<byte> secret, out Guid id)
    {
        id = default;
        return false;
    }
}
