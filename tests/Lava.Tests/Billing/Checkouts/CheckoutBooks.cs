using System.Collections.Concurrent;
using Lava.Billing;
using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Billing.Subscriptions;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;

namespace Lava.Tests.Billing.Checkouts;

/// <summary>
/// A merchant who sells by checkout, over PostgreSQL and live wallets. The merchant's time is a test clock's, that of sessions is not.
/// </summary>
internal sealed class CheckoutBooks : IAsyncDisposable, ISnapshotSink, ICustomerChanges
{
    public const string Phone = "+15550100123";
    private const int Node = 1;
    public static readonly DateTimeOffset Start = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly NpgsqlDataSource _source;
    private readonly Dictionary<long, (Money Posted, Money Floor)> _loaded = [];
    private JournalPosition _position;

    private CheckoutBooks(NpgsqlDataSource source) => _source = source;

    public Books Books { get; private set; } = null!;

    public WalletStore Wallets { get; } = new(1000);

    public CheckoutStore Store { get; private set; } = null!;

    public PaymentStore Payments { get; private set; } = null!;

    public CardPayments Cards { get; private set; } = null!;

    public ICheckout Checkout { get; private set; } = null!;

    public Renewals Renewals { get; private set; } = null!;

    public ScriptedCodes Codes { get; } = new();

    public ConcurrentQueue<ChargeOrder> Charged { get; } = new();

    public ConcurrentQueue<Guid> Refreshed { get; } = new();

    /// <summary>Held open by a test: charges wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Answers to purchases are lost.</summary>
    public bool Lost { get; set; }

    /// <summary>What is charged at least, from the next process on.</summary>
    public Money Least { get; set; } = new(Money.UnitsPerDollar / 100);

    /// <summary>What happens at each charge, before its answer.</summary>
    public Func<Task> Charging { get; set; } = () => Task.CompletedTask;

    public static async Task<CheckoutBooks> OpenAsync(string connectionString, bool isTest = true)
    {
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true, MaxPoolSize = 40 };
        var books = new CheckoutBooks(NpgsqlDataSource.Create(pooled));
        books.Books = await Books.OpenAsync(books._source);
        await books.Books.ExecuteAsync("update merchants set is_test = $1, name = 'Shop'", isTest);
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

    /// <summary>What a new process has: nothing remembered.</summary>
    public void Compose()
    {
        Store = new CheckoutStore(_source, _position);
        Payments = new PaymentStore(_source, _position, TimeProvider.System, new SubscriptionMoney());
        var floors = new LiveFloors(Wallets);
        var providers = new PaymentProviders(
            new GatedSandbox(SeeAsync) { AmountMin = Least }, new GatedSandbox(SeeAsync, PaymentProviderKind.Stripe) { AmountMin = Least });
        Cards = new CardPayments(Payments, providers, Wallets, floors, this, TimeProvider.System);
        var renewals = new RenewalStore(_source, _position);
        var credit = new SubscriptionCredit(renewals, Wallets, floors, TimeProvider.System);
        Renewals = new Renewals(renewals, Cards, credit, this);
        Checkout = new Lava.Billing.Checkout.Checkout(new CheckoutServices
        {
            Store = LosingStore.Of(Store, () => Lost),
            Codes = new PhoneCodes(new SandboxCodes(new byte[32]), Codes),
            Providers = providers,
            Payments = Cards,
            Credit = credit,
            Wallets = Wallets,
            Floors = floors,
            Customers = this,
            Time = TimeProvider.System,
        });
    }

    public Task AdvanceAsync(DateTimeOffset to) => Books.ExecuteAsync("update test_clocks set at = $1", to);

    public async Task<Guid> AddPlanAsync(string price, string credit = "0", string name = "Pro")
    {
        var id = Ids.New(TimeProvider.System);
        await Books.ExecuteAsync(
            """
            insert into plans (plan_id, merchant_id, name, period_amount, included_credit, billing_interval, rollover, bundle_rollover,
              created_at)
            values ($1, $2, $3, $4, $5, 2, 0, 1, now())
            """,
            id, Books.MerchantId, name, Money.Parse(price).Units, Money.Parse(credit).Units);
        return id;
    }

    public async Task<Guid> AddBundleAsync(Guid plan)
    {
        var id = Ids.New(TimeProvider.System);
        await Books.ExecuteAsync(
            """
            insert into credit_bundles (credit_bundle_id, plan_id, name, cost, credit_amount, created_at)
            values ($1, $2, 'Pack', $3, $4, now())
            """,
            id, plan, Money.Parse("9").Units, Money.Parse("12").Units);
        return id;
    }

    public async Task<Guid> AddSessionAsync(
        CheckoutMode mode, Guid? plan = null, Guid? bundle = null, Guid? customer = null, string? reference = null)
    {
        var id = Ids.New(TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        await new CheckoutSessionStore(_source).CreateAsync(
            new CheckoutSession
            {
                Id = id,
                MerchantId = Books.MerchantId,
                Mode = mode,
                OriginUrl = "https://shop.example/pricing?x=1",
                CustomerId = customer,
                PlanId = plan,
                CreditBundleId = bundle,
                ReferenceId = reference,
                CreatedAt = now,
                ExpiresAt = now.AddHours(24),
            },
            CancellationToken.None);
        return id;
    }

    public static CheckoutVisit Visit(Guid session, ulong number = 1) => new(session, new UInt256(number, number));

    /// <summary>Phone and code, with the code that the page shows or the scripted one.</summary>
    public async Task<CheckoutView> VerifyAsync(CheckoutVisit visit, string? phone = Phone)
    {
        var sent = await Checkout.SendCodeAsync(visit, "US", phone, CancellationToken.None);
        Assert.Empty(sent!.Errors);
        Assert.Equal(CheckoutStep.Code, sent.Step);
        return (await Checkout.CheckCodeAsync(visit, sent.Code!.ShownCode ?? ScriptedCodes.Right, CancellationToken.None))!;
    }

    /// <summary>From the phone to the end.</summary>
    public async Task<CheckoutView> BuyAsync(CheckoutVisit visit, string token = "pm_card_visa", string phone = Phone)
    {
        var view = await VerifyAsync(visit, phone);
        if (view.Step == CheckoutStep.Card)
        {
            view = (await Checkout.SaveCardAsync(visit, token, CancellationToken.None))!;
        }

        return view.Step == CheckoutStep.Confirm ? await PayAsync(visit, view) : view;
    }

    public async Task<CheckoutView> PayAsync(CheckoutVisit visit, CheckoutView view) =>
        (await Checkout.PayAsync(visit, view.Quote!.Hash, CancellationToken.None))!;

    public async Task<CheckoutView> ShowAsync(CheckoutVisit visit) => (await Checkout.ShowAsync(visit, CancellationToken.None))!;

    public async Task<(Guid Id, long Wallet)> OnlyCustomerAsync()
    {
        await using var command = _source.CreateCommand("select customer_id, wallet_id from customers where deleted_at is null");
        return Assert.Single(await command.ReadAllAsync(row => (row.GetGuid(0), row.GetInt64(1)), CancellationToken.None));
    }

    public async Task<List<Payment>> PaymentsAsync()
    {
        await using var command = _source.CreateCommand($"select {PaymentRow.Columns} from payments order by payment_id");
        return await command.ReadAllAsync(PaymentRow.Read, CancellationToken.None);
    }

    public async Task<string[]> EventsAsync()
    {
        await using var command = _source.CreateCommand("select kind from webhook_events where kind <> 1 order by sequence");
        return [.. await command.ReadAllAsync(row => ((WebhookEventKind)row.GetInt16(0)).ToString(), CancellationToken.None)];
    }

    public Money Live(long wallet) => Wallets.TryRead(wallet, out var balance) ? balance.Posted : throw new InvalidOperationException();

    public async Task<AccountSnapshot> LoadAsync() => (await new SnapshotLoader(_source).LoadAsync(
        Node, PriceBook.Empty, Books.Cycle, this, CancellationToken.None)).Accounts;

    public CustomerStore Customers => new(_source);

    public PlanStore Plans => new(_source);

    public SubscriptionStore Subscriptions => new(_source);

    /// <summary>Charges are booked once, and the live wallets are what a restart would find.</summary>
    public async Task AssertSoundAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        foreach (var check in new[]
        {
            PaymentChecks.Credit, PaymentChecks.Attempts, CreditChecks.Remaining, CreditChecks.Grants, LedgerChecks.Wallets,
        })
        {
            var result = Assert.Single(await check.RunAsync(connection, CancellationToken.None));
            Assert.True(result.Differences == 0, $"{check.Name}: {string.Join("; ", result.First)}");
        }

        await LoadAsync();
        await using var command = _source.CreateCommand("select wallet_id from customers where deleted_at is null");
        foreach (var wallet in await command.ReadAllAsync(row => row.GetInt64(0), CancellationToken.None))
        {
            Assert.Equal(_loaded[wallet].Posted, Live(wallet));
        }
    }

    private Task SeeAsync(ChargeOrder order)
    {
        Charged.Enqueue(order);
        return Task.WhenAll(Gate, Charging());
    }

    public Task RefreshAsync(Guid merchantId, Guid customerId)
    {
        Refreshed.Enqueue(customerId);
        return Task.CompletedTask;
    }

    public void OpenWallet(long walletId, Money posted, Money floor) => _loaded[walletId] = (posted, floor);

    public void SetMeterPosition(in MeterPosition position)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        Wallets.Dispose();
    }
}
