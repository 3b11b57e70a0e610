using Lava.Billing;
using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Billing.Payments;

/// <summary>
/// A customer with a plan in a database of its own, the live wallet, and all that charges cards; the plan's rows are made by SQL. Time is
/// the merchant's test clock.
/// </summary>
internal sealed class PaymentBooks : IAsyncDisposable, ICustomerChanges
{
    public static readonly DateTimeOffset Start = BillingBooks.Start;
    private readonly BillingBooks _billing;
    private readonly UsageRecordWriter _writer;

    private PaymentBooks(BillingBooks billing)
    {
        _billing = billing;
        _writer = new UsageRecordWriter(billing.Source);
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

    public Books Books => _billing.Books;

    public NpgsqlDataSource Source => _billing.Source;

    public FaultyPaymentStore Store { get; private set; } = null!;

    public PaymentStore PaymentStore { get; private set; } = null!;

    public PaymentMethodStore Methods { get; private set; } = null!;

    public WalletWatchStore WatchStore { get; private set; } = null!;

    public WalletStore Wallets => _billing.Wallets;

    public LiveFloors Floors { get; private set; } = null!;

    public CardPayments Cards { get; private set; } = null!;

    public WalletWatch Watch { get; private set; } = null!;

    public Guid Customer { get; private set; }

    public long Wallet { get; private set; }

    public Guid Plan { get; private set; }

    public Guid Subscription { get; private set; }

    public Guid Bundle { get; private set; }

    public int Refreshed { get; private set; }

    public WalletBalance Live => _billing.Live(Wallet);

    public static async Task<PaymentBooks> OpenAsync(string connectionString)
    {
        var books = new PaymentBooks(await BillingBooks.OpenAsync(connectionString));
        (books.Customer, books.Wallet) = await books.Books.AddCustomerAsync();
        books.Wallets.Open(books.Wallet, Money.Zero, Money.Zero);
        books.Compose();
        return books;
    }

    /// <summary>What a new process of the node has: new stores, new live wallets, nothing remembered.</summary>
    public async Task RestartAsync()
    {
        await _billing.RestartAsync();
        Compose();
    }

    public Task AdvanceAsync(TimeSpan by) => _billing.SetClockAsync(Now += by);

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

    /// <summary>A customer with a card who has bought a bundle.</summary>
    public async Task<Payment> BuyBundleAsync()
    {
        await SubscribeAsync(OverageMode.Block);
        await AddCardAsync();
        await PayAsync(BuyBundle());
        return await OnlyPaymentAsync();
    }

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

    /// <summary>The provider tells of a dispute, which is looked at.</summary>
    public Task DisputeAsync(DisputeResult found)
    {
        Provider.Known[found.Reference] = found;
        return Disputes.LookAsync(found.Reference, PaymentProviderKind.Sandbox, CancellationToken.None);
    }

    public async Task<PaymentStatus> PayAsync(NewPayment payment) =>
        (await Cards.OpenAndAttemptAsync(payment, CancellationToken.None)).Status;

    /// <summary>Renews what is due at the merchant's time.</summary>
    public Task<RenewalCounts> RenewDueAsync()
    {
        var store = new RenewalStore(_billing.Source, _billing.Position);
        var renewals = new Renewals(store, Cards, new SubscriptionCredit(store, Wallets, Floors, TimeProvider.System), this);
        return renewals.RunAsync(Books.MerchantId, CancellationToken.None);
    }

    /// <summary>Asks for what is owed, as before the customer is deleted.</summary>
    public Task SettleDebtAsync()
    {
        var store = new RenewalStore(_billing.Source, _billing.Position);
        var credit = new SubscriptionCredit(store, Wallets, Floors, TimeProvider.System);
        return new SubscriptionChanges(store, Cards, credit, TimeProvider.System).SettleDebtAsync(Customer, CancellationToken.None);
    }

    public async Task<T> WithConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> run)
    {
        await using var connection = await _billing.Source.OpenConnectionAsync();
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
            var position = _billing.Position;
            _billing.Position = await _writer.WriteAsync(
                [Books.Record(Customer, Wallet, debit.Units)], position, position.Sequence + 1, CancellationToken.None);
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
    public Task<List<string>> EventsAsync() => _billing.ListAsync(
        "select kind, coalesce(facts::text, '') from webhook_events where kind <> 1 order by sequence",
        row => $"{(WebhookEventKind)row.GetInt16(0)} {row.GetString(1)}".TrimEnd());

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

    /// <summary>Sound, and this much has been given back.</summary>
    public async Task AssertRefundedAsync(string amount)
    {
        await AssertSoundAsync();
        var back = Provider.Refunded.Values.Where(made => made.Result.Status == RefundStatus.Succeeded);
        Assert.Equal(Money.Parse(amount), back.Aggregate(Money.Zero, (sum, made) => sum + made.Result.Amount));
    }

    /// <summary>The books agree with themselves, and the live wallet is what a restart would find.</summary>
    public Task AssertBooksAsync() => _billing.AssertBooksAsync([Wallet]);

    public async Task<Customer> LoadCustomerAsync()
    {
        var accounts = await _billing.LoadAsync();
        return accounts.Customers.TryGetValue(Customer, out var customer) ? customer : throw new InvalidOperationException();
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
        await _billing.DisposeAsync();
    }

    private static object Units(string? amount) => amount is null ? DBNull.Value : Money.Parse(amount).Units;

    /// <summary>Other processes' workers over the same books.</summary>
    public CardPayments[] OtherWorkers() =>
    [
        .. Enumerable.Range(0, 4).Select(_ =>
            new CardPayments(PaymentStore, Providers, Wallets, Floors, this, TimeProvider.System) { Turn = Turn }),
    ];

    private bool IsGivenBack(string charge) => Provider.Refunded.Values.Any(made => made.Charge == charge
        && made.Result.Status == RefundStatus.Succeeded && Lates.Contains(charge));

    private void Compose()
    {
        var (source, position) = (_billing.Source, _billing.Position);
        var fault = Store?.Fault;
        PaymentStore = new PaymentStore(source, position, TimeProvider.System, new SubscriptionMoney());
        Store = new FaultyPaymentStore(PaymentStore);
        Store.Fault = fault ?? Store.Fault;
        Methods = new PaymentMethodStore(source, position);
        WatchStore = new WalletWatchStore(source, position);
        Floors = new LiveFloors(Wallets);
        Cards = new CardPayments(Store, Providers, Wallets, Floors, this, TimeProvider.System) { Held = Held.Add, Turn = Turn };
        Provider.IsNamed = async (_, name) => await Books.ScalarAsync<long>(
            "select count(*) from payment_attempts where provider_reference = $1 and charges > 0", name) == 1;
        var adjustments = new FaultyAdjustmentStore(
            new AdjustmentStore(source, position, TimeProvider.System), () => AdjustmentFault());
        Adjustments = new CreditAdjustments(adjustments, Wallets);
        var credit = new CreditTaking(Adjustments, TimeProvider.System);
        RefundStore = new RefundStore(source, position);
        Refunds = new Refunds(RefundStore, Providers, credit, TimeProvider.System) { Stuck = Stuck.Add, Turn = Turn };
        var reviews = new PaymentReviewStore(source, position, new SubscriptionMoney());
        Reviews = new PaymentReviews(reviews, Providers, Cards, Refunds, Floors, this, TimeProvider.System);
        DisputeStore = new DisputeStore(source, position);
        Disputes = new Disputes(DisputeStore, Providers, credit, Floors, this);
        Watch = new WalletWatch(WatchStore, Cards, Floors, this, TimeProvider.System);
    }
}
