using System.Buffers;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Authentication;

/// <summary>
/// Tells from a credential who calls: step 1 of the pipeline. Tried in this order: spend key, secret key, forward token.
/// Allocates nothing once a key was seen, asks no database, and never throws on what a caller sent.
/// </summary>
/// <param name="readCustomer">Reads the customer out of a connection secret.</param>
/// <param name="readMeter">Reads the meter out of a product or meter secret.</param>
public sealed class CredentialResolver(LegacySecretReader readCustomer, LegacySecretReader readMeter)
{
    /// <summary>
    /// The longest credential. A token with a long provider key (a JWT) stays under 3 KiB; a server's default for a single header line is
    /// 8 KiB in most of the field.
    /// </summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>Bytes that <see cref="Resolve"/> needs to work in: the credential decoded, and in the other alphabet.</summary>
    public const int ScratchBytes = 2 * MaxBytes;

    // What a header value may hold without a question: no control characters, no blanks, no bytes above ASCII.
    private static readonly SearchValues<byte> Visible =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x20).Select(value => (byte)value)]);

    private readonly KeyMemo<SecretKey> _keys = new(static accounts => accounts.SecretKeys);
    private readonly KeyMemo<SpendKey> _spendKeys = new(static accounts => accounts.SpendKeys);

    /// <summary>
    /// Wipes what resolving a credential of this length left in the scratch buffer: its text, and the copy in the other alphabet.
    /// </summary>
    public static void Clear(Span<byte> scratch, int credentialLength)
    {
        scratch[..credentialLength].Clear();
        scratch.Slice(MaxBytes, credentialLength).Clear();
    }

    /// <summary>Resolves a credential.</summary>
    /// <param name="credential">Its UTF-8 bytes, as <see cref="CredentialReader"/> finds them; outside <paramref name="scratch"/>.</param>
    /// <param name="accounts">Who exists.</param>
    /// <param name="pricing">Which meters exist.</param>
    /// <param name="scratch">
    /// At least <see cref="ScratchBytes"/>; holds the provider key afterwards, which is a secret: clear it before others see it.
    /// </param>
    /// <param name="identity">Who calls; meaningless unless the outcome is <see cref="AuthenticationOutcome.Ok"/>.</param>
    public AuthenticationOutcome Resolve(
        ReadOnlySpan<byte> credential, AccountSnapshot accounts, PricingSnapshot pricing, Memory<byte> scratch, out CallIdentity identity)
    {
        identity = default;
        if (credential.IsEmpty)
        {
            return AuthenticationOutcome.Missing;
        }

        if (credential.Length > MaxBytes)
        {
            return AuthenticationOutcome.Malformed;
        }

        if (SecretKeyPrefix.IsSpendKey(credential))
        {
            return ResolveSpendKey(credential, accounts, out identity);
        }

        if (SecretKeyPrefix.IsSecretKey(credential))
        {
            return ResolveSecretKey(credential, accounts, out identity);
        }

        return ForwardTokenParser.TryParse(credential, scratch.Span, out var token)
            ? ResolveToken(in token, accounts, pricing, scratch, out identity)
            : AuthenticationOutcome.Malformed;
    }

    private AuthenticationOutcome ResolveSecretKey(ReadOnlySpan<byte> key, AccountSnapshot accounts, out CallIdentity identity)
    {
        if (!_keys.TryFind(key, accounts, out var secretKey))
        {
            identity = default;
            return AuthenticationOutcome.UnknownKey;
        }

        identity = new CallIdentity { Merchant = secretKey.Merchant };
        return AuthenticationOutcome.Ok;
    }

    private AuthenticationOutcome ResolveSpendKey(ReadOnlySpan<byte> key, AccountSnapshot accounts, out CallIdentity identity)
    {
        if (!_spendKeys.TryFind(key, accounts, out var spendKey))
        {
            identity = default;
            return AuthenticationOutcome.UnknownSpendKey;
        }

        identity = new CallIdentity { Merchant = spendKey.Merchant, SpendKey = spendKey };
        return AuthenticationOutcome.Ok;
    }

    private AuthenticationOutcome ResolveToken(
        in ForwardToken token, AccountSnapshot accounts, PricingSnapshot pricing, Memory<byte> scratch, out CallIdentity identity)
    {
        identity = default;
        var text = scratch.Span;
        if (token[ForwardTokenField.SecretKey] is not { } keyRange)
        {
            return AuthenticationOutcome.Malformed;
        }

        var key = text[keyRange];
        if (SecretKeyPrefix.IsSpendKey(key))
        {
            return AuthenticationOutcome.SpendKeyInToken;
        }

        // An empty provider key is a caller's unset variable: to use the operator's key instead would bill the wrong account.
        ReadOnlyMemory<byte> providerKey = default;
        if (token[ForwardTokenField.ProviderKey] is { } providerKeyRange)
        {
            providerKey = scratch[providerKeyRange];
            if (providerKey.IsEmpty || providerKey.Span.ContainsAnyExcept(Visible))
            {
                return AuthenticationOutcome.Malformed;
            }
        }

        if (!_keys.TryFind(key, accounts, out var secretKey))
        {
            return AuthenticationOutcome.UnknownKey;
        }

        var outcome = FindMeter(in token, text, secretKey.Merchant.Id, pricing, out var meter);
        if (outcome == AuthenticationOutcome.Ok)
        {
            outcome = FindCustomer(in token, text, secretKey.Merchant.Id, accounts, out var customer);
            if (outcome == AuthenticationOutcome.Ok)
            {
                outcome = customer is not null && meter is null ? AuthenticationOutcome.CustomerWithoutMeter : AuthenticationOutcome.Ok;
                identity = new CallIdentity
                {
                    Merchant = secretKey.Merchant,
                    Customer = customer,
                    Meter = meter,
                    ProviderKey = providerKey,
                    DisableBilling = token.DisableBilling,
                };
            }
        }

        return outcome;
    }

    private AuthenticationOutcome FindCustomer(
        in ForwardToken token, ReadOnlySpan<byte> text, Guid merchantId, AccountSnapshot accounts, out Customer? customer)
    {
        customer = null;
        if (!token.TryFind(ForwardTokenField.CustomerId, ForwardTokenField.ConnectionSecret, out var field, out var place))
        {
            return AuthenticationOutcome.Ok;
        }

        var value = text[place];
        var found = field == ForwardTokenField.ConnectionSecret
            ? readCustomer(value, out var id) && accounts.Customers.TryGetValue(id, out customer) && customer.MerchantId == merchantId
            : accounts.TryFindCustomer(merchantId, value, out customer);
        return found ? AuthenticationOutcome.Ok : AuthenticationOutcome.UnknownCustomer;
    }

    private AuthenticationOutcome FindMeter(
        in ForwardToken token, ReadOnlySpan<byte> text, Guid merchantId, PricingSnapshot pricing, out Meter? meter)
    {
        meter = null;
        if (!token.TryFind(ForwardTokenField.MeterSlug, ForwardTokenField.ProductSecret, out var field, out var place))
        {
            return AuthenticationOutcome.Ok;
        }

        var value = text[place];
        var found = field is ForwardTokenField.MeterSecret or ForwardTokenField.ProductSecret
            ? readMeter(value, out var id) && pricing.Meters.TryGetValue(id, out meter) && meter.MerchantId == merchantId
            : pricing.TryFindMeter(merchantId, value, out meter);
        return found ? AuthenticationOutcome.Ok : AuthenticationOutcome.UnknownMeter;
    }
}
