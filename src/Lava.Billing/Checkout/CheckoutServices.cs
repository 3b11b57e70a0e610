using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Billing.Subscriptions;
using Lava.Wallets;

namespace Lava.Billing.Checkout;

/// <summary>What a checkout works with.</summary>
public sealed record CheckoutServices
{
    /// <summary>Sessions.</summary>
    public required ICheckoutStore Store { get; init; }

    /// <summary>Codes by phone.</summary>
    public required PhoneCodes Codes { get; init; }

    /// <summary>Put cards on file.</summary>
    public required PaymentProviders Providers { get; init; }

    /// <summary>What a page needs to take a card by the provider's own fields; null: nobody but the sandbox takes cards.</summary>
    public CardPage? CardPage { get; init; }

    /// <summary>Charges them.</summary>
    public required CardPayments Payments { get; init; }

    /// <summary>Gives live wallets what a completion brings.</summary>
    public required SubscriptionCredit Credit { get; init; }

    /// <summary>The live wallets.</summary>
    public required WalletStore Wallets { get; init; }

    /// <summary>Their floors.</summary>
    public required LiveFloors Floors { get; init; }

    /// <summary>Shows customers to the gateway.</summary>
    public required ICustomerChanges Customers { get; init; }

    /// <summary>The clock of ids and waits; what is decided goes by PostgreSQL's.</summary>
    public required TimeProvider Time { get; init; }
}
