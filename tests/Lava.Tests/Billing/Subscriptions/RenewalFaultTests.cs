using Lava.Billing;
using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Tests.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Billing.Subscriptions;

/// <summary>Renewals that are interrupted at every step: each cycle is charged once and given once, and memory agrees in the end.</summary>
[Collection(BillingCollection.Name)]
public sealed class RenewalFaultTests(PostgresServer server) : IAsyncLifetime
{
    private const long Price = 100;
    private const long Included = 70;
    private const int Missed = 3;
    private readonly ScriptedPayments _payments = new();
    private readonly WalletStore _wallets = new(1000);
    private NpgsqlDataSource _source = null!;
    private Books _books = null!;
    private Guid _customer;
    private Guid _subscription;
    private long _wallet;

    public async Task InitializeAsync()
    {
        var pooled = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { Pooling = true };
        _source = NpgsqlDataSource.Create(pooled);
        _books = await Books.OpenAsync(_source);
        (_customer, _wallet) = await _books.AddCustomerAsync();
        _wallets.Open(_wallet, Money.Zero, Money.Zero);
        var plan = Ids.New(TimeProvider.System);
        _subscription = Ids.New(TimeProvider.System);
        await _books.ExecuteAsync(
            """
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              created_at) values ($1, $2, 'P', $3, $4, 0, 0, 0, now())
            """,
            plan, _books.MerchantId, Price, Included);

        // Away for three days and a half: by PostgreSQL's clock, as all that renewals decide.
        await _books.ExecuteAsync(
            """
            insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, started_at, anchor_at, cycle_index,
              cycle_start_at, cycle_end_at)
            select $1, $2, $3, $4, at, at, 0, at, at + interval '1 day'
            from (select date_trunc('second', now() - interval '3 days 12 hours')) begun (at)
            """,
            _subscription, _books.MerchantId, _customer, plan);
        await _books.ExecuteAsync(
            """
            insert into subscription_cycles (cycle_id, subscription_id, plan_id, starts_at, ends_at, price, included_credit, is_paid,
              created_at)
            select $1, subscription_id, plan_id, cycle_start_at, cycle_end_at, 0, 0, true, now() from subscriptions
            """,
            Ids.New(TimeProvider.System));
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        _wallets.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task Run_FaultAtAStep_EndsAsWithoutIt(int step)
    {
        var position = await JournalPosition.TakeAsync(_source, 1, CancellationToken.None);
        var store = new RenewalStore(_source, position);
        var faults = new Faults(step);
        var faulty = new FaultyStore(store, faults);
        var renewals = new Renewals(
            faulty, new FaultyPayments(_payments, faults),
            new SubscriptionCredit(faulty, _wallets, new LiveFloors(_wallets), TimeProvider.System), new NoChanges());
        for (var round = 0; round < 3; round++)
        {
            try
            {
                await renewals.RunAsync(null, CancellationToken.None);
            }
            catch (InvalidOperationException e) when (e is FaultException || e.InnerException is FaultException)
            {
                // The next round goes on.
            }
        }

        Assert.True(faults.Happened, "the last step is behind the end: take it out");
        await AssertDoneAsync(position);
    }

    [Fact]
    public async Task Run_TwoProcessesAtOnce_MakeEachCycleOnce()
    {
        var positions = new[]
        {
            await JournalPosition.TakeAsync(_source, 1, CancellationToken.None),
            await JournalPosition.TakeAsync(_source, 2, CancellationToken.None),
        };

        await Task.WhenAll(positions.Select(position => Task.Run(async () =>
        {
            var store = new RenewalStore(_source, position);
            var renewals = new Renewals(
                store, _payments, new SubscriptionCredit(store, _wallets, new LiveFloors(_wallets), TimeProvider.System),
                new NoChanges());
            await renewals.RunAsync(null, CancellationToken.None);
        })));

        await AssertDoneAsync(positions[0]);
    }

    private async Task AssertDoneAsync(JournalPosition position)
    {
        await new CreditExpiry(new ExpiryStore(_source, position, TimeProvider.System), _wallets, TimeProvider.System)
            .RunAsync(CancellationToken.None);
        Assert.Equal(Missed, _payments.Charged.Count);
        Assert.Equal(Missed, _payments.Charged.Select(payment => payment.CycleId).Distinct().Count());
        Assert.Equal(Missed + 1L, await _books.ScalarAsync<long>("select count(*) from subscription_cycles"));
        Assert.Equal((long)Missed, await _books.ScalarAsync<long>("select count(*) from grants"));
        Assert.Equal(Missed, await _books.ScalarAsync<int>("select cycle_index from subscriptions"));
        Assert.Equal(0L, await _books.ScalarAsync<long>("select count(*) from subscriptions where past_due_since is not null"));
        Assert.Equal(Included, await _books.PostedAsync(_wallet));
        Assert.Equal((0m, 0L), await _books.AuditAsync());
        Assert.True(_wallets.TryRead(_wallet, out var live));
        Assert.Equal((new Money(Included), Money.Zero), (live.Posted, live.Reserved));
    }

    private sealed class FaultException() : InvalidOperationException("The test's own.");

    /// <summary>One fault, at a step: before what it would do, or behind it, as if the answer was lost.</summary>
    private sealed class Faults(int at)
    {
        private int _step;

        public bool Happened => _step > at;

        public async Task<T> RunAsync<T>(Func<Task<T>> run)
        {
            ThrowAt();
            var result = await run();
            ThrowAt();
            return result;
        }

        private void ThrowAt()
        {
            if (_step++ == at)
            {
                throw new FaultException();
            }
        }
    }

    private sealed class FaultyPayments(IRenewalPayments payments, Faults faults) : IRenewalPayments
    {
        public Task<PaymentAnswer> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken) =>
            faults.RunAsync(() => payments.OpenAndAttemptAsync(payment, cancellationToken));
    }

    private sealed class FaultyStore(IRenewalStore store, Faults faults) : IRenewalStore
    {
        public Task<DateTimeOffset> NowAsync(Guid merchantId, CancellationToken cancellationToken) =>
            store.NowAsync(merchantId, cancellationToken);

        public Task<List<DueRenewal>> FindDueAsync(
            Guid? merchantId, DueRenewal? after, int limit, CancellationToken cancellationToken) =>
            store.FindDueAsync(merchantId, after, limit, cancellationToken);

        public Task<SubscriptionResult> RollAsync(RollOrder order, Guid grantId, CancellationToken cancellationToken) =>
            faults.RunAsync(() => store.RollAsync(order, grantId, cancellationToken));

        public Task<SubscriptionResult> StartAsync(StartOrder order, Guid grantId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<SubscriptionResult> UpgradeAsync(UpgradeOrder order, Guid grantId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<OpenDebt?> FindDebtAsync(Guid customerId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<SubscriptionResult> FindGivenAsync(Guid grantId, long walletId, CancellationToken cancellationToken) =>
            faults.RunAsync(() => store.FindGivenAsync(grantId, walletId, cancellationToken));
    }

    private sealed class NoChanges : ICustomerChanges
    {
        public Task RefreshAsync(Guid merchantId, Guid customerId) => Task.CompletedTask;
    }
}
