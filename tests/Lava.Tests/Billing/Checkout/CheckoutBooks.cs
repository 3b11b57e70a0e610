using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Lava.Billing;
using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Billing.Subscriptions;
using Lava.Billing.Webhooks;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Wallets;

namespace Lava.Tests.Billing.Checkout;

/// <summary>
/// A merchant who sells by checkout, over PostgreSQL and live wallets. The merchant's time is a test clock's, that of sessions is not.
/// </summary>
internal sealed class CheckoutBooks : IAsyncDisposable, ICustomerChanges
{
    public const string Phone = "+15550100123";
    public static readonly DateTimeOffset Start = BillingBooks.Start;
    private readonly BillingBooks _billing;

    private CheckoutBooks(BillingBooks billing) => _billing = billing;

    public Books Books => _billing.Books;

    public WalletStore Wallets => _billing.Wallets;

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

    /// <summary>Takes the cards of test merchants in the sandbox's place, from the next process on.</summary>
    public IPaymentProvider? Other { get; set; }

    /// <summary>What is charged at least, from the next process on.</summary>
    public Money Least { get; set; } = new(Money.UnitsPerDollar / 100);

    /// <summary>What happens at each charge, before its answer.</summary>
    public Func<Task> Charging { get; set; } = () => Task.CompletedTask;

    public static async Task<CheckoutBooks> OpenAsync(string connectionString, bool isTest = true)
    {
        var books = new CheckoutBooks(await BillingBooks.OpenAsync(connectionString));
        await books.Books.ExecuteAsync("update merchants set is_test = $1, name = 'Shop'", isTest);
        books.Compose();
        return books;
    }

    /// <summary>What a new process has: nothing remembered.</summary>
    public void Compose()
    {
        var (source, position) = (_billing.Source, _billing.Position);
        Store = new CheckoutStore(source, position);
        Payments = new PaymentStore(source, position, TimeProvider.System, new SubscriptionMoney());
        var floors = new LiveFloors(Wallets);
        var providers = new PaymentProviders(
            Other ?? new GatedSandbox(SeeAsync) { AmountMin = Least },
            new GatedSandbox(SeeAsync, PaymentProviderKind.Stripe) { AmountMin = Least });
        Cards = new CardPayments(Payments, providers, Wallets, floors, this, TimeProvider.System) { Turn = TimeSpan.FromMinutes(1) };
        var renewals = new RenewalStore(source, position);
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

    public Task AdvanceAsync(DateTimeOffset to) => _billing.SetClockAsync(to);

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

    /// <summary>A session for credit, or whatever the mode says.</summary>
    public async Task<Guid> AddSessionAsync(
        CheckoutMode mode = CheckoutMode.TopUp, Guid? plan = null, Guid? bundle = null, Guid? customer = null, string? reference = null)
    {
        var id = Ids.New(TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        await new CheckoutSessionStore(_billing.Source).CreateAsync(
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

    /// <summary>A browser's visit, by a name.</summary>
    public static CheckoutVisit Visit(Guid session, string name = "a") =>
        new(session, UInt256.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(name))));

    /// <summary>Phone and code, with the code that the page shows or the scripted one.</summary>
    public async Task<CheckoutView> VerifyAsync(CheckoutVisit visit, string? phone = Phone)
    {
        var sent = await Checkout.SendCodeAsync(visit, "US", phone, CancellationToken.None);
        Assert.Empty(sent!.Errors);
        Assert.Equal(CheckoutStep.Code, sent.Step);
        return (await Checkout.CheckCodeAsync(visit, sent.Code!.ShownCode ?? ScriptedCodes.Right, CancellationToken.None))!;
    }

    public async Task<CheckoutView> SendAsync(CheckoutVisit visit, string phone) =>
        (await Checkout.SendCodeAsync(visit, "US", phone, CancellationToken.None))!;

    /// <summary>Chooses so many dollars.</summary>
    public async Task<CheckoutView> ChooseAsync(CheckoutVisit visit, int dollars) =>
        (await Checkout.ChooseAmountAsync(visit, Money.FromDollars(dollars), CancellationToken.None))!;

    public async Task<CheckoutView> EnterAsync(CheckoutVisit visit, string card = "pm_card_visa") =>
        (await Checkout.SaveCardAsync(visit, card, CancellationToken.None))!;

    /// <summary>From the phone to the end; of credit, ten dollars.</summary>
    public async Task<CheckoutView> BuyAsync(CheckoutVisit visit, string token = "pm_card_visa", string phone = Phone)
    {
        var view = await VerifyAsync(visit, phone);
        if (view.AsksForAmount)
        {
            view = await ChooseAsync(visit, 10);
        }

        if (view.Step == CheckoutStep.Card)
        {
            view = await EnterAsync(visit, token);
        }

        return view.Step == CheckoutStep.Confirm ? await PayAsync(visit, view) : view;
    }

    public async Task<CheckoutView> PayAsync(CheckoutVisit visit, CheckoutView view) =>
        (await Checkout.PayAsync(visit, view.Quote!.Hash, CancellationToken.None))!;

    public async Task<CheckoutView> ShowAsync(CheckoutVisit visit) => (await Checkout.ShowAsync(visit, CancellationToken.None))!;

    /// <summary>The plan of the only customer.</summary>
    public async Task<Guid> PlanAsync() =>
        (await Subscriptions.FindActiveAsync(Books.MerchantId, (await OnlyCustomerAsync()).Id, default))!.Subscription.PlanId;

    public async Task<CheckoutRecord> FindAsync(Guid session) => (await Store.FindAsync(session, CancellationToken.None))!;

    /// <summary>Another customer who is being given a reference at this moment.</summary>
    public async Task<HeldRow> HoldReferenceAsync(string reference)
    {
        var (customer, _) = await Books.AddCustomerAsync();
        return await HeldRow.StartAsync(
            _billing.Source, Books, "update customers set reference_id = $1 where customer_id = $2", reference, customer);
    }

    /// <summary>Somebody else who is about to change a balance; rows may refer to the wallet all the same.</summary>
    public Task<HeldRow> HoldWalletAsync(long wallet) =>
        HeldRow.StartAsync(_billing.Source, Books, "select true from wallets where wallet_id = $1 for no key update", wallet);

    public async Task<(Guid Id, long Wallet)> OnlyCustomerAsync() => Assert.Single(await _billing.ListAsync(
        "select customer_id, wallet_id from customers where deleted_at is null", row => (row.GetGuid(0), row.GetInt64(1))));

    public Task<List<Payment>> PaymentsAsync() =>
        _billing.ListAsync($"select {PaymentRow.Columns} from payments order by payment_id", PaymentRow.Read);

    public async Task<string[]> EventsAsync() => [.. await _billing.ListAsync(
        "select kind from webhook_events where kind <> 1 order by sequence", row => ((WebhookEventKind)row.GetInt16(0)).ToString())];

    public Money Live(long wallet) => _billing.Live(wallet).Posted;

    public Task<AccountSnapshot> LoadAsync() => _billing.LoadAsync();

    public CustomerStore Customers => new(_billing.Source);

    public PlanStore Plans => new(_billing.Source);

    public SubscriptionStore Subscriptions => new(_billing.Source);

    /// <summary>Charges are booked once, and the live wallets are what a restart would find.</summary>
    public async Task AssertSoundAsync() => await _billing.AssertBooksAsync(
        await _billing.ListAsync("select wallet_id from customers where deleted_at is null", row => row.GetInt64(0)));

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

    public ValueTask DisposeAsync() => _billing.DisposeAsync();
}
