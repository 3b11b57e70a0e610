using System.Text;
using BenchmarkDotNet.Attributes;
using Lava.Benchmarks.Reporting;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Gateway.Upstreams;
using Lava.Metering.Catalog;
using Lava.Metering.Pricing;

namespace Lava.Benchmarks.Gateway;

/// <summary>Steps 1 and 2 of the pipeline: who calls, and where the call goes. Budget of step 1: 0.5 µs and 0 B.</summary>
[MemoryDiagnoser]
public class ForwardTokenBenchmark
{
    private const string Key = "aks_live_2Zk7vQ1nXr8sT4uW6yB9cD3eF5gH0jKm";
    private const string Query = "?u=https%3A%2F%2Fapi.openai.com%2Fv1%2Fchat%2Fcompletions";
    private readonly byte[] _scratch = new byte[CredentialResolver.ScratchBytes];
    private readonly byte[] _key = Encoding.ASCII.GetBytes(Key);
    private readonly CredentialResolver _resolver = new(None, None);
    private readonly TargetParser _parser = new(ProviderCatalog.Default, UpstreamOverrides.None);
    private AccountSnapshot _accounts = AccountSnapshot.Empty;
    private PricingSnapshot _pricing = PricingSnapshot.Create(PriceBook.Empty, []);
    private byte[] _byId = [];
    private byte[] _byReference = [];
    private string _uncached = "";

    [GlobalSetup]
    public void Setup()
    {
        var merchant = new Merchant { Id = Ids.New(TimeProvider.System), IsTest = false, WalletId = 1 };
        var customerId = Ids.New(TimeProvider.System);
        var customer = new Customer { Id = customerId, MerchantId = merchant.Id, WalletId = 2, ReferenceId = "user-4711" };
        var meter = new Meter
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = merchant.Id,
            Slug = "chat",
            RateType = RateType.Percentage,
            TierType = default,
            BaseCostPayer = default,
            Tiers = [],
        };
        var secretKey = new SecretKey { Id = Ids.New(TimeProvider.System), Digest = UInt256.Sha256(_key), Merchant = merchant };
        _accounts = AccountSnapshot.Create([secretKey], [customer]);
        _pricing = PricingSnapshot.Create(PriceBook.Empty, [meter]);
        _byId = Token(Ids.Format(IdPrefix.Customer, test: false, customer.Id), ",\"provider_key\":\"sk-proj-" + new string('k', 48) + "\"");
        _byReference = Token("user-4711", "");
        _uncached = Query + "&metadata=%7B%7D";
    }

    [Benchmark(Description = "SHA-256 of the key, which the memo spares")]
    public int Sha256() => UInt256.Sha256(_key).GetHashCode();

    [Benchmark]
    public int SecretKeyAlone() => (int)_resolver.Resolve(_key, _accounts, _pricing, _scratch, out _);

    [Benchmark]
    public int TokenWithReferenceId() => (int)_resolver.Resolve(_byReference, _accounts, _pricing, _scratch, out _);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory(Figures.Category)]
    public int TokenWithCustomerIdAndProviderKey() => (int)_resolver.Resolve(_byId, _accounts, _pricing, _scratch, out _);

    [Benchmark]
    [BenchmarkCategory(Figures.Category)]
    public int TargetSeenBefore() => (int)_parser.Parse("POST", "", Query, out _);

    [Benchmark]
    public int TargetWithMetadata() => (int)_parser.Parse("POST", "", _uncached, out _);

    private static byte[] Token(string customer, string more) => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.ASCII.GetBytes(
        "{\"secret_key\":\"" + Key + "\",\"customer_id\":\"" + customer + "\",\"meter_slug\":\"chat\"" + more + "}")));

    private static bool None(ReadOnlySpan<byte> secret, out Guid id)
    {
        id = default;
        return false;
    }
}
