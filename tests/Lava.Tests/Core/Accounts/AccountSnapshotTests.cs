using System.Collections.Frozen;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Tests.Core.Accounts;

public sealed class AccountSnapshotTests
{
    private static readonly Guid Merchant = Ids.New(TimeProvider.System);

    [Fact]
    public void TryFindCustomer_IdOrReference_FindsTheSame()
    {
        var customer = NewCustomer("user-1");
        var snapshot = AccountSnapshot.Create([], [customer, NewCustomer(null)]);
        Assert.Same(customer, Find(snapshot, Merchant, "user-1"));
        Assert.Same(customer, Find(snapshot, Merchant, Ids.Format("con", false, customer.Id)));
        Assert.Same(customer, Find(snapshot, Merchant, Ids.Format("con", true, customer.Id)));
    }

    [Fact]
    public void TryFindCustomer_OtherMerchant_FindsNobody()
    {
        var customer = NewCustomer("user-1");
        var snapshot = AccountSnapshot.Create([], [customer]);
        var other = Ids.New(TimeProvider.System);
        Assert.Null(Find(snapshot, other, "user-1"));
        Assert.Null(Find(snapshot, other, Ids.Format("con", false, customer.Id)));
        Assert.Null(Find(snapshot, Merchant, "user-2"));
    }

    [Fact]
    public void With_ChangedReference_ForgetsTheOldOne()
    {
        var customer = NewCustomer("old");
        var snapshot = AccountSnapshot.Create([], [customer]).With(customer with { ReferenceId = "new" });
        Assert.Null(Find(snapshot, Merchant, "old"));
        Assert.Equal(customer.Id, Find(snapshot, Merchant, "new")!.Id);
        Assert.Equal(1, snapshot.Customers.Count);
    }

    [Fact]
    public void Without_Customer_ForgetsBothNames()
    {
        var customer = NewCustomer("user-1");
        var snapshot = AccountSnapshot.Create([], [customer]).Without(customer.Id);
        Assert.Null(Find(snapshot, Merchant, "user-1"));
        Assert.Null(Find(snapshot, Merchant, Ids.Format("con", false, customer.Id)));
        Assert.Same(snapshot, snapshot.Without(customer.Id));
    }

    [Fact]
    public void WithoutSecretKey_Revoked_IsNotFound()
    {
        var key = new SecretKey
        {
            Id = Ids.New(TimeProvider.System),
            Digest = UInt256.Sha256("aks_test_1"u8),
            Merchant = new Merchant { Id = Merchant, IsTest = true, WalletId = 1 },
        };
        var snapshot = AccountSnapshot.Empty.With(key);
        Assert.True(snapshot.SecretKeys.TryGetValue(UInt256.Sha256("aks_test_1"u8), out _));
        Assert.False(snapshot.SecretKeys.TryGetValue(UInt256.Sha256("aks_test_2"u8), out _));
        Assert.False(snapshot.WithoutSecretKey(key.Digest).SecretKeys.TryGetValue(key.Digest, out _));
    }

    [Fact]
    public void WithMerchants_Settings_ReachAllKeysOfThatMerchantAlone()
    {
        var (mine, alsoMine, others) = (NewKey("1", Merchant), NewKey("2", Merchant), NewKey("3", Ids.New(TimeProvider.System)));
        var before = AccountSnapshot.Create([mine, alsoMine, others], []);

        var after = before.WithMerchants(merchant => merchant.Id == Merchant ? merchant with { RefuseUnlinkedMeters = true } : merchant);

        Assert.Equal([true, true, false], new[] { mine, alsoMine, others }.Select(key => Refuses(after, key)));
        Assert.Equal([false, false, false], new[] { mine, alsoMine, others }.Select(key => Refuses(before, key)));
    }

    [Fact]
    public void With_KeyThatCarriesOlderSettings_HasTheCurrentOnes()
    {
        var snapshot = AccountSnapshot.Create([NewKey("1", Merchant)], [])
            .WithMerchants(merchant => merchant with { RefuseUnlinkedMeters = true });
        var late = NewKey("2", Merchant);

        Assert.True(Refuses(snapshot.With(late), late));
    }

    [Fact]
    public void WithPlan_OtherMeters_ReachItsCustomersAloneUnderBothNames()
    {
        var (plan, meter) = (Ids.New(TimeProvider.System), Ids.New(TimeProvider.System));
        var (on, off) = (NewCustomer("on") with { PlanId = plan, PlanMeters = FrozenSet<Guid>.Empty }, NewCustomer("off"));
        var elsewhere = NewCustomer("elsewhere") with { PlanId = Ids.New(TimeProvider.System), PlanMeters = FrozenSet<Guid>.Empty };
        var before = AccountSnapshot.Create([], [on, off, elsewhere]);

        var after = before.WithPlan(plan, FrozenSet.Create(meter));

        Assert.True(Find(after, Merchant, "on")!.Covers(meter));
        Assert.True(Find(after, Merchant, Ids.Format("con", false, on.Id))!.Covers(meter));
        Assert.False(Find(after, Merchant, "elsewhere")!.Covers(meter));
        Assert.Same(off, Find(after, Merchant, "off"));
        Assert.False(Find(before, Merchant, "on")!.Covers(meter));
    }

    [Fact]
    public void Covers_Plan_LimitsTheMeters()
    {
        var (linked, unlinked) = (Ids.New(TimeProvider.System), Ids.New(TimeProvider.System));
        var customer = NewCustomer(null);
        Assert.True(customer.Covers(unlinked));
        var onPlan = customer with { PlanMeters = FrozenSet.Create(linked) };
        Assert.True(onPlan.Covers(linked));
        Assert.False(onPlan.Covers(unlinked));
    }

    private static SecretKey NewKey(string text, Guid merchant) => new()
    {
        Id = Ids.New(TimeProvider.System),
        Digest = UInt256.Sha256(Encoding.UTF8.GetBytes(text)),
        Merchant = new Merchant { Id = merchant, IsTest = true, WalletId = 1 },
    };

    private static bool Refuses(AccountSnapshot snapshot, SecretKey key) =>
        snapshot.SecretKeys.TryGetValue(key.Digest, out var found) && found.Merchant.RefuseUnlinkedMeters;

    private static Customer NewCustomer(string? reference) =>
        new() { Id = Ids.New(TimeProvider.System), MerchantId = Merchant, WalletId = 1, ReferenceId = reference };

    private static Customer? Find(AccountSnapshot snapshot, Guid merchant, string name) =>
        snapshot.TryFindCustomer(merchant, Encoding.UTF8.GetBytes(name), out var customer) ? customer : null;
}
