using Lava.Billing;
using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Postgres;
using Lava.Wallets;

namespace Lava.Server.Api.Payments;

/// <summary>What charges cards, gives money back and watches wallets.</summary>
internal sealed record PaymentParts
{
    /// <summary>Who takes the money.</summary>
    public required PaymentProviders Providers { get; init; }

    /// <summary>Charges.</summary>
    public required CardPayments Cards { get; init; }

    /// <summary>Payments.</summary>
    public required IPaymentStore Store { get; init; }

    /// <summary>Cards on file.</summary>
    public required PaymentMethodStore Methods { get; init; }

    /// <summary>How far live wallets may go.</summary>
    public required LiveFloors Floors { get; init; }

    /// <summary>Looks at wallets.</summary>
    public required WalletWatch Watch { get; init; }

    /// <summary>Gives money back.</summary>
    public required Refunds Refunds { get; init; }

    /// <summary>Refunds.</summary>
    public required IRefundStore RefundStore { get; init; }

    /// <summary>What banks took back.</summary>
    public required Disputes Disputes { get; init; }

    /// <summary>What becomes of payments that a person must look at.</summary>
    public required PaymentReviews Reviews { get; init; }

    /// <summary>What is done when a provider has told of something.</summary>
    public required ProviderEventActs Acts { get; init; }

    /// <summary>Composes them.</summary>
    public static PaymentParts Create(
        WalletStore wallets, ICustomerChanges customers, PaymentStores stores, CreditAdjustments adjustments, PaymentProviders providers,
        TimeProvider time, Action<Payment>? held = null, Action<Refund>? stuck = null)
    {
        var floors = new LiveFloors(wallets);
        var credit = new CreditTaking(adjustments, time);
        var disputes = new Disputes(stores.Disputes, providers, credit, floors, customers);
        var cards = new CardPayments(stores.Payments, providers, wallets, floors, customers, time)
        {
            Disputed = reference => disputes.LookAsync(reference, PaymentProviderKind.Sandbox, CancellationToken.None),
            Held = held ?? (_ => { }),
        };
        var refunds = new Refunds(stores.Refunds, providers, credit, time) { Stuck = stuck ?? (_ => { }) };
        return new PaymentParts
        {
            Providers = providers,
            Cards = cards,
            Store = stores.Payments,
            Methods = stores.Methods,
            Floors = floors,
            Watch = new WalletWatch(stores.Watch, cards, floors, customers, time),
            Refunds = refunds,
            RefundStore = stores.Refunds,
            Disputes = disputes,
            Reviews = new PaymentReviews(stores.Reviews, providers, cards, refunds, floors, customers, time),
            Acts = new ProviderEventActs(cards, refunds, disputes, stores.Methods, floors, customers),
        };
    }
}
