using Lava.Billing;
using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Postgres;
using Lava.Server.Api.Payments;
using Lava.Server.Api.Subscriptions;
using Lava.Wallets;

namespace Lava.Server.Hosting;

/// <summary>What billing is made of: first what the API needs, then the worker.</summary>
internal sealed class BillingParts
{
    private readonly Database _database;
    private readonly RenewalStore _store;
    private readonly IRenewalPayments _payments;
    private readonly TimeProvider _time;
    private BillingRound? _round;

    public BillingParts(Database database, JournalPosition position, WalletStore wallets, PaymentParts payments, bool hasTestClock,
        TimeProvider time)
    {
        (_database, _payments, _time) = (database, payments.Cards, time);
        _store = database.CreateRenewalStore(position);
        Credit = new SubscriptionCredit(_store, wallets, payments.Floors, time);
        Expiry = new CreditExpiry(database.CreateExpiryStore(position), wallets, time);
        Subscriptions = new SubscriptionParts(
            _store,
            new SubscriptionChanges(_store, payments.Cards, Credit, time),
            hasTestClock ? new TestClock(_store, (merchant, token) => _round!.RunAsync(merchant, token)) : null);
    }

    /// <summary>Gives live wallets the credit of plans.</summary>
    public SubscriptionCredit Credit { get; }

    /// <summary>Takes back credit that expired.</summary>
    public CreditExpiry Expiry { get; }

    /// <summary>What the API changes subscriptions with.</summary>
    public SubscriptionParts Subscriptions { get; }

    /// <summary>The worker; not started yet.</summary>
    public BillingWorker CreateWorker(ICustomerChanges customers, PaymentRound payments, ILogger logger)
    {
        var renewals = new Renewals(_store, _payments, Credit, customers);
        _round = new BillingRound(renewals, Expiry, payments, logger);
        return new BillingWorker(_round, _database.CreateBillingLock(), _time);
    }
}
