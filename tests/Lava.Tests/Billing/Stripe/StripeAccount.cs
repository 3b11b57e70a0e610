using Lava.Billing.Payments;
using Lava.Billing.Payments.Stripe;
using Lava.Core;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

/// <summary>An account at the stand-in, with a customer, and what our side makes of it.</summary>
internal sealed class StripeAccount : IAsyncDisposable
{
    private readonly TimeProvider _time;

    private StripeAccount(StripeStandIn standIn, StripeLimits limits, TimeProvider time, TimeProvider patience)
    {
        (StandIn, _time) = (standIn, time);
        Options = new StripeOptions(standIn.SecretKey, standIn.PublishableKey, [StripeStandIn.WebhookSecret], new Uri(standIn.Url))
        {
            Limits = limits,
        };
        Client = new StripeClient(Options, patience) { Failed = Failures.Add };
        Payments = new StripePayments(Client, Options);
    }

    public static StripeLimits Quick { get; } = new()
    {
        Pause = TimeSpan.FromMilliseconds(1),
        Answer = TimeSpan.FromSeconds(20),
    };

    public StripeStandIn StandIn { get; }

    public StripeOptions Options { get; }

    public StripeClient Client { get; }

    public StripePayments Payments { get; }

    public List<StripeFailure> Failures { get; } = [];

    public string Customer { get; private set; } = "";

    /// <summary>An account with a customer.</summary>
    /// <param name="time">The stand-in's clock.</param>
    /// <param name="limits">How long our side waits, and how often.</param>
    /// <param name="patience">The clock of those waits.</param>
    public static async Task<StripeAccount> OpenAsync(
        TimeProvider? time = null, StripeLimits? limits = null, TimeProvider? patience = null)
    {
        var account = new StripeAccount(
            await StripeStandIn.StartAsync(time), limits ?? Quick, time ?? TimeProvider.System, patience ?? TimeProvider.System);
        account.Customer = await account.Payments.CreateCustomerAsync(
            Ids.New(TimeProvider.System), isTest: true, "+14155550100", CancellationToken.None);
        return account;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StandIn.DisposeAsync();
    }

    /// <summary>An order to charge a card that is put on file for it.</summary>
    public ChargeOrder Order(string card = "pm_card_visa", bool isAttended = false, long cents = 2_500) => new(
        Ids.New(TimeProvider.System), 1, Cents(cents), StandIn.AddCard(Customer, card), Ids.New(TimeProvider.System), IsTest: true,
        "Credit")
    {
        CustomerReference = Customer,
        IsAttended = isAttended,
        SentAt = _time.GetUtcNow(),
    };

    /// <summary>Prepares and charges.</summary>
    public async Task<ChargeResult> PayAsync(ChargeOrder order) =>
        await Payments.ChargeAsync(order, await Payments.PrepareAsync(order, CancellationToken.None), CancellationToken.None);

    public StandInBooks Books(ChargeOrder order) => StandIn.Books(Ids.Format(IdPrefix.Payment, test: true, order.PaymentId));

    public int Count(string method, string path) =>
        StandIn.Requests.Count(request => request.Method == method && request.Path.EndsWith(path, StringComparison.Ordinal));

    public static Money Cents(long cents) => new(cents * (Money.UnitsPerDollar / 100));
}
