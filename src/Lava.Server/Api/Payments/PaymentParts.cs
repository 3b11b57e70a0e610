using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Postgres;
using Lava.Server.Api.Customers;

namespace Lava.Server.Api.Payments;

/// <summary>What charges cards and watches wallets.</summary>
/// <param name="Cards">Charges.</param>
/// <param name="Store">Payments.</param>
/// <param name="Methods">Cards on file.</param>
/// <param name="Floors">How far live wallets may go.</param>
/// <param name="Watch">Looks at wallets.</param>
/// <param name="Customers">Shows customers to the gateway.</param>
internal sealed record PaymentParts(
    CardPayments Cards, IPaymentStore Store, PaymentMethodStore Methods, LiveFloors Floors, WalletWatch Watch, CustomerPublisher Customers)
{
    /// <summary>Composes them.</summary>
    public static PaymentParts Create(
        ManagementDependencies dependencies, IPaymentStore store, PaymentMethodStore methods, IWalletWatchStore watch,
        IPaymentProvider provider)
    {
        var customers = new CustomerPublisher(dependencies);
        var floors = new LiveFloors(dependencies.Wallets);
        var cards = new CardPayments(store, provider, dependencies.Wallets, floors, customers, dependencies.Time);
        return new PaymentParts(
            cards, store, methods, floors, new WalletWatch(watch, cards, floors, customers, dependencies.Time), customers);
    }
}
