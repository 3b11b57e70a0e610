using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Gateway.Authentication;
using Lava.Metering.Pricing;

namespace Lava.Tests.Gateway.Authentication;

/// <summary>Two merchants with a customer and a meter each, and a resolver that knows them.</summary>
internal sealed class Callers
{
    public const string Key = "aks_test_abc";
    public const string OtherKey = "aks_live_other";
    public const string ConnectionSecret = "cons_test_first";
    public const string MeterSecret = "ps_test_first";
    public const string OtherConnectionSecret = "cons_live_other";

    private readonly byte[] _scratch = new byte[CredentialResolver.ScratchBytes];

    public Callers()
    {
        Merchant = new Merchant { Id = Id(1), IsTest = true, WalletId = 1 };
        Customer = new Customer { Id = Id(2), MerchantId = Merchant.Id, WalletId = 2, ReferenceId = "user-ü" };
        Meter = CreateMeter(Id(3), Merchant.Id, "chat");
        OtherMerchant = new Merchant { Id = Id(4), IsTest = false, WalletId = 4 };
        OtherCustomer = new Customer { Id = Id(5), MerchantId = OtherMerchant.Id, WalletId = 5, ReferenceId = "other" };
        OtherMeter = CreateMeter(Id(6), OtherMerchant.Id, "other");
        Accounts = AccountSnapshot.Create([CreateKey(7, Key, Merchant), CreateKey(8, OtherKey, OtherMerchant)], [Customer, OtherCustomer]);
        Pricing = PricingSnapshot.Create(PriceBook.Empty, [Meter, OtherMeter]);
        Resolver = new CredentialResolver(ReadCustomer, ReadMeter);
    }

    public Merchant Merchant { get; }

    public Customer Customer { get; }

    public Meter Meter { get; }

    public Merchant OtherMerchant { get; }

    public Customer OtherCustomer { get; }

    public Meter OtherMeter { get; }

    public AccountSnapshot Accounts { get; set; }

    public PricingSnapshot Pricing { get; }

    public CredentialResolver Resolver { get; }

    public string CustomerId => Ids.Format(IdPrefix.Customer, test: true, Customer.Id);

    public string MeterId => Ids.Format(IdPrefix.Meter, test: true, Meter.Id);

    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string EncodeUrlSafe(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static UInt256 Digest(string key) => UInt256.Sha256(Encoding.UTF8.GetBytes(key));

    public AuthenticationOutcome Resolve(string credential, out CallIdentity identity) =>
        Resolve(Encoding.UTF8.GetBytes(credential), out identity);

    public AuthenticationOutcome Resolve(ReadOnlySpan<byte> credential, out CallIdentity identity) =>
        Resolver.Resolve(credential, Accounts, Pricing, _scratch, out identity);

    /// <summary>A customer whose plan covers these meters alone.</summary>
    public void GiveCustomerPlan(params Guid[] meters) => Accounts = Accounts.With(Customer with { PlanMeters = meters.ToFrozenSet() });

    public Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static Meter CreateMeter(Guid id, Guid merchantId, string slug) => new()
    {
        Id = id,
        MerchantId = merchantId,
        Slug = slug,
        RateType = RateType.Fixed,
        TierType = default,
        BaseCostPayer = default,
        Tiers = [],
    };

    private SecretKey CreateKey(int id, string key, Merchant merchant) => new() { Id = Id(id), Digest = Digest(key), Merchant = merchant };

    private bool ReadCustomer(ReadOnlySpan<byte> secret, out Guid id)
    {
        id = secret.SequenceEqual("cons_test_first"u8) ? Customer.Id : OtherCustomer.Id;
        return secret.SequenceEqual("cons_test_first"u8) || secret.SequenceEqual("cons_live_other"u8);
    }

    private bool ReadMeter(ReadOnlySpan<byte> secret, out Guid id)
    {
        id = Meter.Id;
        return secret.SequenceEqual("ps_test_first"u8);
    }
}
