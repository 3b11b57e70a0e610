using Lava.Billing;
using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Billing.Payments;

/// <summary>
/// A customer with a plan in a database of its own, the live wallet, and all that charges cards; the plan's rows are made by SQL. Time is
/// the merchant's test clock.
/// </summary>
internal sealed class PaymentBooks : IAsyncDisposable, ISnapshotSink, ICustomerChanges
{
    public static readonly DateTimeOffset Start = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private const int Node = 1;
    private readonly NpgsqlDataSource _source;
    private readonly UsageRecordWriter _writer;
    private readonly Dictionary<long, (Money Posted, Money Floor)> _loaded = [];
    private JournalPosition _position;

    private PaymentBooks(NpgsqlDataSource source)
    {
        _source = source;
        _writer = new UsageRecordWriter(source);
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public StandInProvider Provider { get; } = new();

    /// <summary>Another provider than <see cref="Provider"/>, from the next restart on.</summary>
    public IPaymentProvider? Other { get; set; }

    public PaymentProviders Providers => new(Other ?? Provider, null);

    /// <summary>How long rounds wait for the provider, from the next restart on.</summary>
    public TimeSpan Turn { get; set; } = TimeSpan.FromMinutes(1);

    public PaymentReviews Reviews { get; private set; } = null!;

    public RefundStore RefundStore { get; private set; } = null!;

    public Refunds Refunds { get; private set; } = null!;

    public DisputeStore DisputeStore { get; private set; } = null!;

    public Disputes Disputes { get; private set; } = null!;

    public CreditAdjustments Adjustments { get; private set; } = null!;

    /// <summary>Adjustments fail where a test says so: 1 before they are committed, 2 after it.</summary>
    public Func<int> AdjustmentFault { get; set; } = () => 0;

    public List<Payment> Held { get; } = [];

    public List<Refund> Stuck { get; } = [];

    /// <summary>Charges that were captured when nobody wanted them any more.</summary>
    public HashSet<string> Lates { get; } = [];

    public Books Books { get; private set; } = null!;

    public FaultyPaymentStore Store { get; private set; } = null!;

    public PaymentStore PaymentStore { get; private set; } = null!;

    public PaymentMethodStore Methods { get; private set; } = null!;

    public WalletWatchStore WatchStore { get; private set; } = null!;

    public WalletStore Wallets { get; private set; } = new(1000);

    public LiveFloors Floors { get; private set; } = null!;

    public CardPayments Cards { get; private set; } = null!;

    public WalletWatch Watch { get; private set; } = null!;

    public Guid Customer { get; private set; }

    public long Wallet { get; private set; }

    public Guid Plan { get; private set; }

    public Guid Subscription { get; private set; }

    public Guid Bundle { get; private set; }

    public int Refreshed { get; private set; }

    public WalletBalance Live => Wallets.TryRead(Wallet, out var balance) ? balance : throw new InvalidOperationException();

    public static async Task<PaymentBooks> OpenAsync(string connectionString)
    {
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true, MaxPoolSize = 40 };
        var books = new PaymentBooks(NpgsqlDataSource.Create(pooled));
        books.Books = await Books.OpenAsync(books._source);
        (books.Customer, books.Wallet) = await books.Books.AddCustomerAsync();
        books.Wallets.Open(books.Wallet, Money.Zero, Money.Zero);
        await books.Books.ExecuteAsync("insert into test_clocks (merchant_id, at) values ($1, $2)", books.Books.MerchantId, Start);
        await books.Books.ExecuteAsync(
            """
            insert into webhooks (webhook_id, merchant_id, name, url, key_id, sealed, created_at)
            values ($1, $2, 'w', 'https://example.com', 1, '', now())
            """,
            Ids.New(TimeProvider.System), books.Books.MerchantId);
        books._position = await JournalPosition.TakeAsync(books._source, Node, CancellationToken.None);
        books.Compose();
        return books;
    }

    /// <summary>What a new process of the node has: new stores, new live wallets, nothing remembered.</summary>
    public async Task RestartAsync()
    {
        Wallets.Dispose();
        Wallets = new WalletStore(1000);
        _position = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
        await LoadAsync();
        Wallets.Open(Wallet, _loaded[Wallet].Posted, _loaded[Wallet].Floor);
        Compose();
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        Now += by;
        await Books.ExecuteAsync("update test_clocks set at = $1", Now);
    }

    public async Task SubscribeAsync(OverageMode mode, string? limit = null, string? increment = null)
    {
        (Plan, Subscription, Bundle) = (Ids.New(TimeProvider.System), Ids.New(TimeProvider.System), Ids.New(TimeProvider.System));
        await Books.ExecuteAsync(
            """
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              overage_mode, overage_limit, overage_increment, created_at)
            values ($1, $2, 'p', 0, 0, 2, 0, 1, $3, $4, $5, now())
            """,
            Plan, Books.MerchantId, (short)mode, Units(limit), Units(increment));
        await Books.ExecuteAsync(
            """
            insert into credit_bundles (credit_bundle_id, plan_id, name, cost, credit_amount, created_at)
            values ($1, $2, 'b', $3, $4, now())
            """,
            Bundle, Plan, Money.Parse("10").Units, Money.Parse("12").Units);
        await Books.ExecuteAsync(
            """
            insert into subscriptions (subscription_id, merchant_id, customer_id, plan_id, auto_top_up_bundle_id, started_at, anchor_at,
              cycle_index, cycle_start_at, cycle_end_at, overage_mode, overage_limit, overage_increment)
            values ($1, $2, $3, $4, $5, $6, $6, 0, $6, $7, $8, $9, $10)
            """,
            Subscription, Books.MerchantId, Customer, Plan, Bundle, Start, Start.AddMonths(1), (short)mode, Units(limit),
            Units(increment));
    }

    public async Task<PaymentMethod> AddCardAsync(
        string reference = "pm_card_visa", PaymentProviderKind provider = PaymentProviderKind.Sandbox)
    {
        var card = new PaymentMethod
        {
            Id = Ids.New(TimeProvider.System),
            CustomerId = Customer,
            Provider = provider,
            Reference = reference,
            Brand = "visa",
            Last4 = "4242",
            ExpiryMonth = 1,
            ExpiryYear = 2030,
            IsDefault = true,
            CreatedAt = Now,
        };
        var (added, floor) = (await Methods.AddAsync(Books.MerchantId, Wallet, card, CancellationToken.None))!.Value;
        Floors.Set(floor);
        return added;
    }

    public NewPayment BuyBundle(string? key = null) => new()
    {
        Kind = PaymentKind.Bundle,
        MerchantId = Books.MerchantId,
        CustomerId = Customer,
        WalletId = Wallet,
        Fee = Money.Parse("10"),
        Credit = Money.Parse("12"),
        CreditBundleId = Bundle,
        IdempotencyKey = key,
    };

    public NewPayment Renew(Guid cycle, string fee = "25", string overage = "0") => new()
    {
        Kind = PaymentKind.Renewal,
        MerchantId = Books.MerchantId,
        CustomerId = Customer,
        WalletId = Wallet,
        Fee = Money.Parse(fee),
        Overage = Money.Parse(overage),
        Credit = Money.Parse("20"),
        SubscriptionId = Subscription,
        CycleId = cycle,
        PlanId = Plan,
    };

    /// <summary>A payment whose person waits for it.</summary>
    public NewPayment BuyAttended() => BuyBundle() with { IsAttended = true };

    public Task<RefundOpening> RefundAsync(Guid payment, string? amount = null, bool takesCredit = true, string? key = null) =>
        Refunds.OpenAsync(
            new NewRefund(
                Ids.New(TimeProvider.System), Books.MerchantId, payment, amount is null ? null : Money.Parse(amount), takesCredit, null,
                key, Books.MerchantId)
            {
                Provider = Providers.Test?.Kind,
            },
            CancellationToken.None);

    public Task<List<Refund>> RefundsAsync(Guid payment) => RefundStore.ListAsync(payment, null, 100, CancellationToken.None);

    public async Task<PaymentStatus> PayAsync(NewPayment payment) =>
        (await Cards.OpenAndAttemptAsync(payment, CancellationToken.None)).Status;

    /// <summary>Renews what is due at the merchant's time.</summary>
    public Task<RenewalCounts> RenewDueAsync()
    {
        var store = new RenewalStore(_source, _position);
        var renewals = new Renewals(store, Cards, new SubscriptionCredit(store, Wallets, Floors, TimeProvider.System), this);
        return renewals.RunAsync(Books.MerchantId, CancellationToken.None);
    }

    /// <summary>Asks for what is owed, as before the customer is deleted.</summary>
    public Task SettleDebtAsync()
    {
        var store = new RenewalStore(_source, _position);
        var credit = new SubscriptionCredit(store, Wallets, Floors, TimeProvider.System);
        return new SubscriptionChanges(store, Cards, credit, TimeProvider.System).SettleDebtAsync(Customer, CancellationToken.None);
    }

    public async Task<T> WithConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> run)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await run(connection);
        await transaction.CommitAsync();
        return result;
    }

    public Task RunDueAsync() => Cards.RunDueAsync(CancellationToken.None);

    public Task WatchAsync(bool isShort = false) => Watch.RunAsync(isShort ? [Wallet] : [], CancellationToken.None);

    /// <summary>A call that ends, and is flushed.</summary>
    public async Task<WalletOutcome> CallAsync(string amount)
    {
        var debit = Money.Parse(amount);
        var outcome = Wallets.Reserve(Wallet, debit, out _);
        if (outcome == WalletOutcome.Done)
        {
            Wallets.Settle(Wallet, debit, debit, out _);
            _position = await _writer.WriteAsync(
                [Books.Record(Customer, Wallet, debit.Units)], _position, _position.Sequence + 1, CancellationToken.None);
        }

        return outcome;
    }

    public async Task<Payment> OnlyPaymentAsync() => Assert.Single(await PaymentsAsync());

    /// <summary>All attempts without a result are old.</summary>
    public async Task AgeAsync(string by = "1 hour")
    {
        await Books.ExecuteAsync(
            $"update payment_attempts set sent_at = sent_at - interval '{by}', looked_at = looked_at - interval '3 hours'");
        await Books.ExecuteAsync(
            $"update refunds set created_at = created_at - interval '{by}', looked_at = looked_at - interval '3 hours'");
    }

    public async Task<List<Payment>> PaymentsAsync() => await PaymentStore.ListAsync(Customer, null, 100, CancellationToken.None);

    /// <summary>Events of the webhooks' outbox but those of balances, in their order: kind and facts.</summary>
    public async Task<List<string>> EventsAsync()
    {
        await using var command = _source.CreateCommand(
            "select kind, coalesce(facts::text, '') from webhook_events where kind <> 1 order by sequence");
        return await command.ReadAllAsync(
            row => $"{(Lava.Billing.Webhooks.WebhookEventKind)row.GetInt16(0)} {row.GetString(1)}".TrimEnd(), CancellationToken.None);
    }

    /// <summary>Cash taken is cash booked, once; credit is its grants; the live wallet is what a restart would find.</summary>
    public async Task AssertSoundAsync()
    {
        var paid = (await PaymentsAsync()).Where(payment => payment.Status == PaymentStatus.Succeeded).ToArray();
        var late = Provider.Captured.Values.Where(order => IsGivenBack(StandInProvider.NameOf(order.PaymentId, order.Attempt)));
        Assert.Equal(
            paid.Select(payment => (payment.Id, payment.Amount)).Order(),
            Provider.Captured.Values.Except(late).Select(order => (order.PaymentId, order.Amount)).Order());
        Assert.Equal(0, Provider.Unnamed);
        await AssertBooksAsync();
    }

    /// <summary>The books agree with themselves, and the live wallet is what a restart would find.</summary>
    public async Task AssertBooksAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        foreach (var check in new[]
        {
            PaymentChecks.Credit, PaymentChecks.Attempts, PaymentChecks.Refunds, PaymentChecks.TakenBack,
            CreditChecks.TakenBack, CreditChecks.Remaining, CreditChecks.Grants, LedgerChecks.Wallets,
        })
        {
            var result = Assert.Single(await check.RunAsync(connection, CancellationToken.None));
            Assert.True(result.Differences == 0, $"{check.Name}: {string.Join("; ", result.First)}");
        }

        await LoadAsync();
        Assert.Equal(_loaded[Wallet], (Live.Posted, Live.Floor));
        Assert.Equal(Money.Zero, Live.Reserved);
    }

    public async Task LoadAsync() => await new SnapshotLoader(_source).LoadAsync(
        Node, PriceBook.Empty, Books.Cycle, this, CancellationToken.None);

    public async Task<Customer> LoadCustomerAsync()
    {
        var state = await new SnapshotLoader(_source).LoadAsync(Node, PriceBook.Empty, Books.Cycle, this, CancellationToken.None);
        return state.Accounts.Customers.TryGetValue(Customer, out var customer) ? customer : throw new InvalidOperationException();
    }

    public void OpenWallet(long walletId, Money posted, Money floor) => _loaded[walletId] = (posted, floor);

    public void SetMeterPosition(in MeterPosition position)
    {
    }

    public Task RefreshAsync(Guid merchantId, Guid customerId)
    {
        Assert.Equal((Books.MerchantId, Customer), (merchantId, customerId));
        Refreshed++;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
        Wallets.Dispose();
    }

    private static object Units(string? amount) => amount is null ? DBNull.Value : Money.Parse(amount).Units;

    private bool IsGivenBack(string charge) => Provider.Refunded.Values.Any(made => made.Charge == charge
        && made.Result.Status == RefundStatus.Succeeded && Lates.Contains(charge));

    private void Compose()
    {
        var fault = Store?.Fault;
        PaymentStore = new PaymentStore(_source, _position, TimeProvider.System, new SubscriptionMoney());
        Store = new FaultyPaymentStore(PaymentStore);
        Store.Fault = fault ?? Store.Fault;
        Methods = new PaymentMethodStore(_source, _position);
        WatchStore = new WalletWatchStore(_source, _position);
        Floors = new LiveFloors(Wallets);
        Cards = new CardPayments(Store, Providers, Wallets, Floors, this, TimeProvider.System) { Held = Held.Add, Turn = Turn };
        Provider.IsNamed = async (_, name) => await Books.ScalarAsync<long>(
            "select count(*) from payment_attempts where provider_reference = $1 and charges > 0", name) == 1;
        var adjustments = new FaultyAdjustmentStore(
            new AdjustmentStore(_source, _position, TimeProvider.System), () => AdjustmentFault());
        Adjustments = new CreditAdjustments(adjustments, Wallets);
        var credit = new CreditTaking(Adjustments, TimeProvider.System);
        RefundStore = new RefundStore(_source, _position);
        Refunds = new Refunds(RefundStore, Providers, credit, TimeProvider.System) { Stuck = Stuck.Add, Turn = Turn };
        var reviews = new PaymentReviewStore(_source, _position, new SubscriptionMoney());
        Reviews = new PaymentReviews(reviews, Providers, Cards, Refunds, Floors, this, TimeProvider.System);
        DisputeStore = new DisputeStore(_source, _position);
        Disputes = new Disputes(DisputeStore, Providers, credit, Floors, this);
        Watch = new WalletWatch(WatchStore, Cards, Floors, this, TimeProvider.System);
    }
}
