using System.Diagnostics.CodeAnalysis;

namespace Lava.Core.Accounts;

/// <summary>Who may call and who can pay, at one moment. Immutable: a change makes a new one.</summary>
public sealed class AccountSnapshot
{
    /// <summary>Nobody.</summary>
    public static readonly AccountSnapshot Empty = new()
    {
        SecretKeys = ShardedMap<UInt256, SecretKey>.Empty(),
        Customers = ShardedMap<Guid, Customer>.Empty(),
        CustomersByReference = ShardedMap<ScopedName, Customer>.Empty(ScopedNameComparer.Instance),
    };

    /// <summary>Secret keys by digest.</summary>
    public required ShardedMap<UInt256, SecretKey> SecretKeys { get; init; }

    /// <summary>Customers by id.</summary>
    public required ShardedMap<Guid, Customer> Customers { get; init; }

    /// <summary>Customers by the merchant's reference id.</summary>
    public required ShardedMap<ScopedName, Customer> CustomersByReference { get; init; }

    /// <summary>A snapshot of all accounts.</summary>
    public static AccountSnapshot Create(IEnumerable<SecretKey> keys, IReadOnlyCollection<Customer> customers) => new()
    {
        SecretKeys = ShardedMap<UInt256, SecretKey>.Create(keys.Select(key => KeyValuePair.Create(key.Digest, key))),
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
        return new AccountSnapshot
        {
            SecretKeys = SecretKeys,
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

        return new AccountSnapshot
        {
            SecretKeys = SecretKeys,
            Customers = Customers.Without(customerId),
            CustomersByReference = customer.ReferenceId is null
                ? CustomersByReference
                : CustomersByReference.Without(ScopedName.From(customer.MerchantId, customer.ReferenceId)),
        };
    }

    /// <summary>With a secret key added.</summary>
    public AccountSnapshot With(SecretKey key) => new()
    {
        SecretKeys = SecretKeys.With(key.Digest, key),
        Customers = Customers,
        CustomersByReference = CustomersByReference,
    };

    /// <summary>Without a secret key.</summary>
    public AccountSnapshot WithoutSecretKey(UInt256 digest) => new()
    {
        SecretKeys = SecretKeys.Without(digest),
        Customers = Customers,
        CustomersByReference = CustomersByReference,
    };
}
