using System.Diagnostics.CodeAnalysis;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Gateway.Authentication;

/// <summary>Who calls, for whom, and at which price.</summary>
public readonly struct CallIdentity
{
    /// <summary>The merchant who calls.</summary>
    public required Merchant Merchant { get; init; }

    /// <summary>The spend key that the credential is; null where it is another.</summary>
    public SpendKey? SpendKey { get; init; }

    /// <summary>The customer the call is for; null where the credential names none.</summary>
    public Customer? Customer { get; init; }

    /// <summary>The meter that prices it; null where the credential names none, never null with a customer.</summary>
    public Meter? Meter { get; init; }

    /// <summary>
    /// The caller's own key for the provider, visible ASCII; empty where it gave none. A slice of the scratch buffer: valid as long as
    /// nobody writes there.
    /// </summary>
    public ReadOnlyMemory<byte> ProviderKey { get; init; }

    /// <summary>The token asks not to charge the customer.</summary>
    public bool DisableBilling { get; init; }

    /// <summary>Does the customer's wallet pay? Else the merchant's does.</summary>
    [MemberNotNullWhen(true, nameof(Customer), nameof(Meter))]
    public bool IsBilled => Customer is not null && Meter is not null && !DisableBilling && Customer.Covers(Meter.Id);
}
