using Lava.Billing.Payments;
using Lava.Billing.Subscriptions;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>The amount, the quote and the purchase.</summary>
internal sealed class CheckoutPurchases(CheckoutServices services)
{
    private const long UnitsPerCent = Money.UnitsPerDollar / 100;
    private static readonly CheckoutError Changed = new("", "The price has changed. Look at it again before you pay.");
    private readonly ICheckoutStore _store = services.Store;

    /// <summary>The row for a buyer who was just found: the card that is charged otherwise, and what it costs.</summary>
    public CheckoutState Settle(CheckoutRecord record)
    {
        var card = record.VisibleCards.FirstOrDefault(card => card is { IsDefault: true, ErrorCode: null });
        var chosen = record.State.PaymentMethodId ?? (record.State.WantsCard ? null : card?.Id);
        var state = record.State with { PaymentMethodId = chosen };
        return Renew(record with { State = state });
    }

    /// <summary>The row with what it costs now; which card is charged stays as it was chosen.</summary>
    public CheckoutState Renew(CheckoutRecord record) => record.State with { Quote = QuoteOf(record) };

    /// <summary>Is what would be shown too old, or not there?</summary>
    public static bool IsStale(CheckoutRecord record) =>
        record.State.Quote is not { } quote || record.Now - quote.At >= CheckoutLimits.QuoteLife;

    public async Task<CheckoutReply> ChooseAmountAsync(CheckoutVisit visit, Money amount, CancellationToken cancellationToken)
    {
        if (amount < CheckoutLimits.TopUpMin || amount > CheckoutLimits.TopUpMax || amount.Units % UnitsPerCent != 0)
        {
            var text = $"Choose an amount from {Dollars.Text(CheckoutLimits.TopUpMin)} to {Dollars.Text(CheckoutLimits.TopUpMax)}.";
            return new CheckoutReply(await _store.FindAsync(visit.SessionId, cancellationToken), new CheckoutError("amount", text));
        }

        var changed = await _store.ChangeAsync(
            visit.SessionId,
            record => record.State.Session.Mode != CheckoutMode.TopUp || !CheckoutLook.IsOpen(services, record, visit.Visit) ? record.State
                : !record.State.IsVerified(visit.Visit, record.Now) ? record.State.For(visit.Visit)
                : Settle(record with { State = record.State with { Amount = amount } }),
            cancellationToken);
        return new CheckoutReply(changed, CheckoutLook.Again(services, changed, visit.Visit));
    }

    public async Task<CheckoutReply> PayAsync(CheckoutVisit visit, string quoted, CancellationToken cancellationToken)
    {
        CheckoutError? error = null;
        var acted = await ActAsync(visit, (record, newId) => Decide(record, visit.Visit, quoted, newId, out error));
        if (acted is null)
        {
            return default;
        }

        if (acted.IsCompleted)
        {
            await CompletedAsync(acted);
            return new CheckoutReply(acted.Record);
        }

        if (acted.Opening == OpeningOutcome.Changed)
        {
            return new CheckoutReply(await RenewAsync(visit), Changed);
        }

        if (acted.Payment is not { } payment)
        {
            return new CheckoutReply(acted.Record, error ?? ErrorOf(acted) ?? CheckoutLook.Again(services, acted.Record, visit.Visit));
        }

        var attempt = payment.Terms.IsAttended
            ? services.Payments.AttemptAsync(payment, CancellationToken.None)
            : services.Payments.AttendAsync(payment, acted.Record.State.PaymentMethodId!.Value, CancellationToken.None);
        return await AttemptAsync(visit, attempt, cancellationToken);
    }

    public async Task<CheckoutReply> AuthenticateAsync(CheckoutVisit visit, bool isDone, CancellationToken cancellationToken)
    {
        var record = await _store.FindAsync(visit.SessionId, cancellationToken);
        return record is not null && CheckoutLook.StepOf(services, record, visit.Visit) == CheckoutStep.Authenticate
            ? await AttemptAsync(visit, services.Payments.AnswerAsync(record.Payment!.Payment, isDone), cancellationToken)
            : new CheckoutReply(record, record is null ? null : DeclineOf(record));
    }

    /// <summary>Completes what has no confirmation: a customer who only signs up.</summary>
    public async Task<CheckoutRecord?> SignUpAsync(CheckoutVisit visit)
    {
        var acted = await _store.ActAsync(
            visit.SessionId,
            Ids.New(services.Time),
            record => new CheckoutDecision(
                record.State,
                record.State.Session.Mode == CheckoutMode.Onboarding
                    && CheckoutLook.StepOf(services, record, visit.Visit) == CheckoutStep.Confirm
                    ? CheckoutAct.Complete
                    : CheckoutAct.None),
            CancellationToken.None);
        if (acted is { IsCompleted: true })
        {
            await CompletedAsync(acted);
        }

        return acted?.Record;
    }

    // What costs nothing may bring credit all the same: the buyer's live wallet gets it behind the store, or when the store can tell.
    private async Task<CheckoutActed?> ActAsync(CheckoutVisit visit, Func<CheckoutRecord, Guid, CheckoutDecision> decide)
    {
        if ((await _store.FindAsync(visit.SessionId, CancellationToken.None))?.Buyer is not { WalletId: var wallet })
        {
            return await _store.ActAsync(
                visit.SessionId, Guid.Empty, record => new CheckoutDecision(decide(record, Guid.Empty).State), CancellationToken.None);
        }

        CheckoutActed? acted = null;
        await services.Credit.GiveAsync(wallet, async newId =>
        {
            acted = await _store.ActAsync(
                visit.SessionId,
                newId,
                record => record.Buyer?.WalletId == wallet ? decide(record, newId) : new CheckoutDecision(record.State),
                CancellationToken.None);
            return acted is { IsCompleted: true }
                ? new SubscriptionResult(true, acted.Credit, acted.Floor)
                : SubscriptionResult.Nothing;
        });
        return acted;
    }

    private CheckoutDecision Decide(CheckoutRecord record, UInt256 visit, string quoted, Guid newId, out CheckoutError? error)
    {
        error = null;
        if (CheckoutLook.StepOf(services, record, visit) != CheckoutStep.Confirm)
        {
            return new CheckoutDecision(CheckoutLook.IsOpen(services, record, visit) ? record.State.For(visit) : record.State);
        }

        if (record.Declines >= CheckoutLimits.DeclinesPerSession)
        {
            error = new CheckoutError("", "Too many payments were declined. Ask for a new checkout.");
            return new CheckoutDecision(record.State);
        }

        var fresh = QuoteOf(record);
        var quote = record.State.Quote is { } stored && fresh is { } now && !IsStale(record) && IsGood(stored, now) ? stored : fresh;
        var state = record.State with { Quote = quote };
        if (quote is not { } agreed || CheckoutQuotes.HashOf(record, agreed) != quoted)
        {
            error = Changed;
            return new CheckoutDecision(state);
        }

        if (agreed.Kind == CheckoutPurchase.Due)
        {
            return new CheckoutDecision(state, CheckoutAct.Attend);
        }

        return CheckoutQuotes.PaymentOf(record, agreed, newId) is not { } payment ? new CheckoutDecision(state, CheckoutAct.Complete)
            : record.Payment is { Payment.Status: PaymentStatus.Waiting } waiting && IsSame(waiting.Payment.Terms, payment)
            ? new CheckoutDecision(state, CheckoutAct.Attempt)
            : new CheckoutDecision(state, CheckoutAct.Open, payment with { Least = services.Providers.Least });
    }

    // What was agreed to is not for sale any more: what is, is shown.
    private Task<CheckoutRecord?> RenewAsync(CheckoutVisit visit) => _store.ChangeAsync(
        visit.SessionId,
        record => record.State.Session.CompletedAt is null && record.State.IsVerified(visit.Visit, record.Now)
            ? Renew(record)
            : record.State,
        CancellationToken.None);

    private StoredQuote? QuoteOf(CheckoutRecord record) => CheckoutQuotes.Of(record, services.Providers.Least.Of(record.IsTest));

    // A share of a cycle shrinks by the second: what was shown is charged. Where it has grown another cycle has begun.
    private static bool IsGood(StoredQuote stored, StoredQuote fresh) =>
        stored.Matches(fresh) || (stored.Kind == CheckoutPurchase.Upgrade && fresh.Kind == stored.Kind && fresh.Fee <= stored.Fee);

    private static bool IsSame(NewPayment waiting, NewPayment wish) =>
        (waiting.Kind, waiting.Fee, waiting.Credit, waiting.PaymentMethodId, waiting.PlanId, waiting.SubscriptionId)
        == (wish.Kind, wish.Fee, wish.Credit, wish.PaymentMethodId, wish.PlanId, wish.SubscriptionId);

    private async Task<CheckoutReply> AttemptAsync(CheckoutVisit visit, Task<Payment> attempt, CancellationToken cancellationToken)
    {
        Payment? ended = null;
        try
        {
            ended = await attempt.WaitAsync(CheckoutLimits.PayWait, services.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on without us: the page asks again.
        }

        var record = await _store.FindAsync(visit.SessionId, CancellationToken.None);
        return new CheckoutReply(record, ended is null ? null : DeclineOf(ended));
    }

    // Whoever was told first has booked it: the provider's message may have come before the page's.
    private static CheckoutError? DeclineOf(CheckoutRecord record) =>
        record.Payment is { } told ? DeclineOf(told.Payment)
        : record.LastDecline is { } code ? new CheckoutError("card", DeclineWords.Of(code))
        : null;

    private static CheckoutError? DeclineOf(Payment payment) =>
        payment is { DeclineCode: { } code, Status: PaymentStatus.Failed or PaymentStatus.Waiting }
            ? new CheckoutError("card", DeclineWords.Of(code))
            : null;

    private async Task CompletedAsync(CheckoutActed acted)
    {
        if (acted.Floor is { } floor)
        {
            services.Floors.Set(floor);
        }

        await services.Customers.RefreshAsync(acted.Record.State.Session.MerchantId, acted.Record.State.BuyerId!.Value);
    }

    // It waits for days, and nothing else can be charged meanwhile.
    private static string UnpaidText(CheckoutRecord record, Payment due) =>
        $"The last payment of your plan, {Dollars.Text(due.Amount)}, is unpaid and has to be paid first. Nothing was charged now. "
        + $"Ask {record.MerchantName} for a checkout of the plan that you have: there it is paid with any card.";

    private static CheckoutError? ErrorOf(CheckoutActed acted) => acted.Opening switch
    {
        OpeningOutcome.AlreadyOpen when acted.Record.Due is { Status: PaymentStatus.Waiting } due =>
            new CheckoutError("", UnpaidText(acted.Record, due)),
        OpeningOutcome.AlreadyOpen => new CheckoutError("", "Another payment is under way. Nothing was charged; try again in a minute."),
        OpeningOutcome.NoMethod => new CheckoutError("card", "This card can't be charged. Use another card."),
        OpeningOutcome.TooSmall => new CheckoutError("", "This amount is too small to be charged to a card. Nothing was charged."),
        OpeningOutcome.NoCustomer => new CheckoutError("", "This can't be bought any more."),
        _ => null,
    };
}
