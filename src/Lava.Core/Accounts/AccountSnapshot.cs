using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Lava.Core.Accounts;

/// <summary>Who may call and who can pay, at one moment. Immutable: a change makes a new one.</summary>
public sealed record AccountSnapshot
{
    /// <summary>Nobody.</summary>
    public static readonly AccountSnapshot Empty = Create([], []);

    private AccountSnapshot()
    {
    }

    /// <summary>Secret keys by digest.</summary>
    public required ShardedMap<UInt256, SecretKey> SecretKeys { get; init; }

    /// <summary>Spend keys by digest.</summary>
    public required ShardedMap<UInt256, SpendKey> SpendKeys { get; init; }

    /// <summary>Merchants that have a secret key, or had one, by id.</summary>
    public required ShardedMap<Guid, Merchant> Merchants { get; init; }

    /// <summary>Customers by id.</summary>
    public required ShardedMap<Guid, Customer> Customers { get; init; }

    /// <summary>Customers by the merchant's reference id.</summary>
    public required ShardedMap<ScopedName, Customer> CustomersByReference { get; init; }

    /// <summary>A snapshot of all accounts.</summary>
    public static AccountSnapshot Create(
        IReadOnlyCollection<SecretKey> keys,
        IReadOnlyCollection<Customer> customers,
        IReadOnlyCollection<SpendKey>? spendKeys = null) => new()
        {
            SpendKeys = ShardedMap<UInt256, SpendKey>.Create((spendKeys ?? []).Select(key => KeyValuePair.Create(key.Digest, key))),
            SecretKeys = ShardedMap<UInt256, SecretKey>.Create(keys.Select(key => KeyValuePair.Create(key.Digest, key))),
            Merchants = ShardedMap<Guid, Merchant>.Create(keys.Select(key => KeyValuePair.Create(key.Merchant.Id, key.Merchant))),
            Customers = ShardedMap<Guid, Customer>.Create(customers.Select(customer => KeyValuePair.Create(customer.Id, customer))),
            CustomersByReference = ShardedMap<ScopedName, Customer>.Create(
            customers.Where(customer => customer.ReferenceId is not null)
                .Select(customer => KeyValuePair.Create(ScopedName.From(customer.MerchantId, customer.ReferenceId!), customer)),
            ScopedNameComparer.Instance),
        };

    /// <summary>A customer of this merchant by <c>con_…</c> id or reference id.</summary>
    public bool TryFindCustomer(Guid merchantId, ReadOnlySpan<byte> idOrReference, [MaybeNullWhen(false)] out Customer customer)
    {
        if (Ids.TryParse(IdPrefix.Customer, idOrReference, out var id))
        {
            return Customers.TryGetValue(id, out customer) && customer.MerchantId == merchantId;
        }

        return CustomersByReference.TryGetValue(new ScopedBytes(merchantId, idOrReference), out customer);
    }

    /// <summary>With a customer added or changed.</summary>
    public AccountSnapshot With(Customer customer)
    {
        var without = Without(customer.Id);
        return without with
        {
            Customers = without.Customers.With(customer.Id, customer),
            CustomersByReference = customer.ReferenceId is null
                ? without.CustomersByReference
                : without.CustomersByReference.With(ScopedName.From(customer.MerchantId, customer.ReferenceId), customer),
        };
    }

    /// <summary>Without a customer.</summary>
    public AccountSnapshot Without(Guid customerId)
    {
        if (!Customers.TryGetValue(customerId, out var customer))
        {
            return this;
        }

        return this with
        {
            Customers = Customers.Without(customerId),
            CustomersByReference = customer.ReferenceId is null
                ? CustomersByReference
                : CustomersByReference.Without(ScopedName.From(customer.MerchantId, customer.ReferenceId)),
        };
    }

    /// <summary>With a secret key added. A merchant who is known is as known here: the key may carry older settings.</summary>
    public AccountSnapshot With(SecretKey key)
    {
        var merchant = Merchants.TryGetValue(key.Merchant.Id, out var known) ? known : key.Merchant;
        return this with
        {
            SecretKeys = SecretKeys.With(key.Digest, key with { Merchant = merchant }),
            Merchants = Merchants.With(merchant.Id, merchant),
        };
    }

    /// <summary>Without a secret key.</summary>
    public AccountSnapshot WithoutSecretKey(UInt256 digest) => this with { SecretKeys = SecretKeys.Without(digest) };

    /// <summary>With a spend key added or changed; one whose digest has changed must be taken out first.</summary>
    public AccountSnapshot With(SpendKey key)
    {
        var merchant = Merchants.TryGetValue(key.Merchant.Id, out var known) ? known : key.Merchant;
        return this with { SpendKeys = SpendKeys.With(key.Digest, key with { Merchant = merchant }) };
    }

    /// <summary>Without a spend key, whatever its digest. Goes through all spend keys.</summary>
    public AccountSnapshot WithoutSpendKeys(Guid id) => this with { SpendKeys = SpendKeys.WithoutEach(key => key.Id == id) };

    /// <summary>With other settings or provider keys of merchants. Goes through all keys.</summary>
    public AccountSnapshot WithMerchants(Func<Merchant, Merchant> change)
    {
        var merchants = Merchants.WithEach(change);
        return this with
        {
            Merchants = merchants,
            SecretKeys = SecretKeys.WithEach(key =>
                merchants.TryGetValue(key.Merchant.Id, out var merchant) ? key with { Merchant = merchant } : key),
            SpendKeys = SpendKeys.WithEach(key =>
                merchants.TryGetValue(key.Merchant.Id, out var merchant) ? key with { Merchant = merchant } : key),
        };
    }

    /// <summary>With other limits for customers. Goes through all customers, as <see cref="WithPlan"/>.</summary>
    /// <param name="limits">By customer; who is not in it keeps its own.</param>
    public AccountSnapshot WithLimits(IReadOnlyDictionary<Guid, UsageLimit[]> limits)
    {
        var customers = Customers.WithEach(customer =>
            limits.TryGetValue(customer.Id, out var changed) ? customer with { Limits = changed } : customer);
        return this with
        {
            Customers = customers,
            CustomersByReference = CustomersByReference.WithEach(customer =>
                customers.TryGetValue(customer.Id, out var changed) ? changed : customer),
        };
    }

    /// <summary>
    /// With other meters in a plan, for all who are subscribed to it. Goes through all customers: a tenth of a second for a million,
    /// in which other changes wait and no call does.
    /// </summary>
    public AccountSnapshot WithPlan(Guid planId, FrozenSet<Guid> meters)
    {
        var customers = Customers.WithEach(customer => customer.PlanId == planId ? customer with { PlanMeters = meters } : customer);
        return this with
        {
            Customers = customers,
            CustomersByReference = CustomersByReference.WithEach(customer =>
                customers.TryGetValue(customer.Id, out var changed) ? changed : customer),
        };
    }
}
