using Lava.Billing.Credits;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Subscriptions;
using Lava.Wallets;

namespace Lava.Server.Hosting;

/// <summary>What billing is made of: first what the API needs, then the worker, which needs the API's parts in its turn.</summary>
internal sealed class BillingParts
{
    private readonly Database _database;
    private readonly RenewalStore _store;
    private readonly SubscriptionCredit _credit;
    private readonly TimeProvider _time;
    private BillingRound? _round;

    public BillingParts(Database database, JournalPosition position, WalletStore wallets, bool hasTestClock, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _store = database.CreateRenewalStore(position);
        _credit = new SubscriptionCredit(_store, wallets, time);
        Expiry = new CreditExpiry(database.CreateExpiryStore(position), wallets, time);
        Subscriptions = new SubscriptionParts(
            _store,
            new SubscriptionChanges(_store, Payments, _credit, time),
            hasTestClock ? new TestClock(_store, (merchant, token) => _round!.RunAsync(merchant, token)) : null);
    }

    /// <summary>Takes back credit that expired.</summary>
    public CreditExpiry Expiry { get; }

    /// <summary>What the API changes subscriptions with.</summary>
    public SubscriptionParts Subscriptions { get; }

    // Without it plans that cost money can't be bought.
    private static IRenewalPayments? Payments => null;

    /// <summary>The worker; not started yet.</summary>
    public BillingWorker CreateWorker(ManagementDependencies management, ILogger logger)
    {
        var renewals = new Renewals(_store, Payments, _credit, new CustomerPublisher(management));
        _round = new BillingRound(renewals, Expiry, logger);
        return new BillingWorker(_round, _database.CreateBillingLock(), _time);
    }
}
