using System.Security.Cryptography;
using System.Text;
using Lava.Billing;
using Lava.Billing.Checkout;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Billing.Subscriptions;
using Lava.Core;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Lava.Wallets;
using Npgsql;
using HostedCheckout = Lava.Billing.Checkout.Checkout;

namespace Lava.Tests.Billing.Checkout;

/// <summary>The hosted checkout of a test merchant in a database of its own, with test cards and codes that are shown.</summary>
internal sealed class CheckoutBooks : IAsyncDisposable, ICustomerChanges, IPhoneCodes
{
    private readonly NpgsqlDataSource _source;
    private readonly WalletStore _wallets = new(1000);

    private CheckoutBooks(NpgsqlDataSource source) => _source = source;

    public Books Books { get; private set; } = null!;

    public CheckoutStore Store { get; private set; } = null!;

    public HostedCheckout Checkout { get; private set; } = null!;

    /// <summary>What the sender of a live merchant's messages answers.</summary>
    public CodeSendOutcome Sends { get; set; }

    public static async Task<CheckoutBooks> OpenAsync(string connectionString)
    {
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true, MaxPoolSize = 20 };
        var books = new CheckoutBooks(NpgsqlDataSource.Create(pooled));
        books.Books = await Books.OpenAsync(books._source);
        var position = await JournalPosition.TakeAsync(books._source, 1, CancellationToken.None);
        var providers = new PaymentProviders(new SandboxPayments(), null);
        var floors = new LiveFloors(books._wallets);
        var payments = new PaymentStore(books._source, position, TimeProvider.System, new SubscriptionMoney());
        books.Store = new CheckoutStore(books._source, position);
        books.Checkout = new HostedCheckout(new CheckoutServices
        {
            Store = books.Store,
            Codes = new PhoneCodes(new SandboxCodes(new byte[LegacySecret.MasterKeyLength]), books),
            Providers = providers,
            Payments = new CardPayments(payments, providers, books._wallets, floors, books, TimeProvider.System),
            Credit = new SubscriptionCredit(
                new RenewalStore(books._source, position), books._wallets, floors, TimeProvider.System),
            Wallets = books._wallets,
            Floors = floors,
            Customers = books,
            Time = TimeProvider.System,
        });
        return books;
    }

    /// <summary>A session for credit, or whatever the mode says.</summary>
    public async Task<Guid> SellAsync(CheckoutMode mode = CheckoutMode.TopUp, Guid? customer = null, string? reference = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var session = new CheckoutSession
        {
            Id = Ids.New(TimeProvider.System),
            MerchantId = Books.MerchantId,
            Mode = mode,
            OriginUrl = "https://shop.example",
            CustomerId = customer,
            ReferenceId = reference,
            CreatedAt = now,
            ExpiresAt = now + TimeSpan.FromDays(1),
        };
        await new CheckoutSessionStore(_source).CreateAsync(session, CancellationToken.None);
        return session.Id;
    }

    /// <summary>A browser's visit, by a name.</summary>
    public static CheckoutVisit Visit(Guid session, string name) =>
        new(session, UInt256.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(name))));

    public async Task<CheckoutView> ShowAsync(CheckoutVisit visit) => (await Checkout.ShowAsync(visit, default))!;

    public async Task<CheckoutView> SendAsync(CheckoutVisit visit, string phone) =>
        (await Checkout.SendCodeAsync(visit, "US", phone, default))!;

    /// <summary>Shows that a phone is its own.</summary>
    public async Task<CheckoutView> VerifyAsync(CheckoutVisit visit, string phone)
    {
        var code = (await SendAsync(visit, phone)).Code!.ShownCode!;
        return (await Checkout.CheckCodeAsync(visit, code, default))!;
    }

    /// <summary>Chooses so many dollars.</summary>
    public async Task<CheckoutView> ChooseAsync(CheckoutVisit visit, int dollars) =>
        (await Checkout.ChooseAmountAsync(visit, Money.FromDollars(dollars), default))!;

    public async Task<CheckoutView> EnterAsync(CheckoutVisit visit, string card = "pm_card_visa") =>
        (await Checkout.SaveCardAsync(visit, card, default))!;

    public async Task<CheckoutView> PayAsync(CheckoutVisit visit, CheckoutView shown) =>
        (await Checkout.PayAsync(visit, shown.Quote!.Hash, default))!;

    /// <summary>Buys credit with a card that is entered for it.</summary>
    public async Task<CheckoutView> BuyAsync(CheckoutVisit visit, string phone)
    {
        await VerifyAsync(visit, phone);
        await ChooseAsync(visit, 10);
        return await PayAsync(visit, await EnterAsync(visit));
    }

    public async Task<CheckoutRecord> FindAsync(Guid session) => (await Store.FindAsync(session, default))!;

    /// <summary>Another customer who is being given a reference at this moment.</summary>
    public Task<HeldReference> HoldReferenceAsync(string reference) => HeldReference.StartAsync(_source, Books, reference);

    public Task RefreshAsync(Guid merchantId, Guid customerId) => Task.CompletedTask;

    public Task<CodeSent> SendAsync(CodeOrder order, CancellationToken cancellationToken) => Task.FromResult(new CodeSent(Sends));

    public Task<CodeOutcome> CheckAsync(CodeOrder order, string code, CancellationToken cancellationToken) =>
        Task.FromResult(CodeOutcome.Approved);

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _wallets.Dispose();
    }
}
