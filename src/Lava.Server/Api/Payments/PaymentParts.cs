using Lava.Billing;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Postgres;
using Lava.Wallets;

namespace Lava.Server.Api.Payments;

/// <summary>What charges cards and watches wallets.</summary>
/// <param name="Cards">Charges.</param>
/// <param name="Store">Payments.</param>
/// <param name="Methods">Cards on file.</param>
/// <param name="Floors">How far live wallets may go.</param>
/// <param name="Watch">Looks at wallets.</param>
internal sealed record PaymentParts(
    CardPayments Cards, IPaymentStore Store, PaymentMethodStore Methods, LiveFloors Floors, WalletWatch Watch)
{
    /// <summary>Composes them.</summary>
    public static PaymentParts Create(
        WalletStore wallets, ICustomerChanges customers, IPaymentStore store, PaymentMethodStore methods, IWalletWatchStore watch,
        IPaymentProvider provider, TimeProvider time)
    {
        var floors = new LiveFloors(wallets);
        var cards = new CardPayments(store, provider, wallets, floors, customers, time);
        return new PaymentParts(cards, store, methods, floors, new WalletWatch(watch, cards, floors, customers, time));
    }
}
