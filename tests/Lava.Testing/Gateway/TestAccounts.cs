using System.Collections.Frozen;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Testing.Gateway;

/// <summary>One merchant, a few customers and a meter of each kind.</summary>
public sealed class TestAccounts
{
    /// <summary>The merchant's secret key.</summary>
    public const string SecretKey = "aks_test_pipeline";

    /// <summary>The merchant's spend key.</summary>
    public const string SpendKeyText = "lava_sk_pipeline";

    /// <summary>The merchant's wallet.</summary>
    public const long MerchantWallet = 1;

    /// <summary>Customers c0, c1, … with wallets from <see cref="FirstWallet"/> on.</summary>
    public const int Customers = 8;

    /// <summary>The wallet of c0.</summary>
    public const long FirstWallet = 10;

    /// <summary>The last customer: its plan covers the meter "percent" alone.</summary>
    public const string Planned = "c7";

    /// <summary>Makes them.</summary>
    public TestAccounts(bool refuseUnlinkedMeters, Meter[] more)
    {
        Merchant = new Merchant { Id = Id(1), IsTest = true, WalletId = MerchantWallet, RefuseUnlinkedMeters = refuseUnlinkedMeters };

        // 20 % on top of the cost, 3 dollars per million tokens, 1 cent per request.
        Meters =
        [
            Meter(100, "percent", RateType.Percentage, TierType.Tokens1M, "0.2"),
            Meter(101, "fixed", RateType.Fixed, TierType.Tokens1M, "3"),
            Meter(102, "request", RateType.Fixed, TierType.Requests, "0.01"),
            .. more,
        ];
        var key = new SecretKey { Id = Id(2), Digest = UInt256.Sha256(Encoding.UTF8.GetBytes(SecretKey)), Merchant = Merchant };
        SpendKey = new SpendKey { Id = Id(3), Digest = UInt256.Sha256(Encoding.UTF8.GetBytes(SpendKeyText)), Merchant = Merchant };
        Snapshot = AccountSnapshot.Create([key], [.. Enumerable.Range(0, Customers).Select(Customer)]);
    }

    /// <summary>The merchant.</summary>
    public Merchant Merchant { get; }

    /// <summary>The spend key, without any rule; not in <see cref="Snapshot"/>.</summary>
    public SpendKey SpendKey { get; }

    /// <summary>The meters.</summary>
    public Meter[] Meters { get; }

    /// <summary>All of it.</summary>
    public AccountSnapshot Snapshot { get; }

    /// <summary>A forward token.</summary>
    public static string Token(string? customer = "c0", string? meter = "percent", string? providerKey = null, bool disableBilling = false)
    {
        var fields = new List<string> { $"\"secret_key\":\"{SecretKey}\"" };
        AddField(fields, "customer_id", customer);
        AddField(fields, "meter_slug", meter);
        AddField(fields, "provider_key", providerKey);
        if (disableBilling)
        {
            fields.Add("\"disable_billing\":true");
        }

        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}"));
    }

    /// <summary>A meter of this merchant's with one tier.</summary>
    public static Meter Meter(int id, string slug, RateType rateType, TierType tierType, string rate) => new()
    {
        Id = Id(id),
        MerchantId = Id(1),
        Slug = slug,
        RateType = rateType,
        TierType = tierType,
        BaseCostPayer = rateType == RateType.Percentage ? BaseCostPayer.Wallet : BaseCostPayer.Merchant,
        Tiers = [new MeterTier(0, Money.Parse(rate))],
    };

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static void AddField(List<string> fields, string name, string? value)
    {
        if (value is not null)
        {
            fields.Add($"\"{name}\":\"{value}\"");
        }
    }

    private Customer Customer(int number) => new()
    {
        Id = Id(10 + number),
        MerchantId = Merchant.Id,
        WalletId = FirstWallet + number,
        ReferenceId = $"c{number}",
        PlanMeters = $"c{number}" == Planned ? new[] { Meters[0].Id }.ToFrozenSet() : null,
    };
}
