using System.Collections.Concurrent;
using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Testing.Checkout;

/// <summary>
/// A checkout in memory that goes through the steps of the real one, for tests of its page. The code is always <see cref="Code"/>; test
/// cards do what <see cref="TestCards"/> says of them.
/// </summary>
public sealed class ScriptedCheckout : ICheckout
{
    public const string Code = "123456";
    public const string Quoted = "quote-1";

    private const int ChecksMax = 5;
    private const int SendsMax = 2;
    private readonly ConcurrentDictionary<Guid, ScriptedSession> _sessions = new();
    private readonly ConcurrentDictionary<Guid, string> _tokens = new();

    /// <summary>Thrown by every act where it is set: a database that is away.</summary>
    public Exception? Failure { get; set; }

    public ScriptedSession Add(ScriptedSession session) => _sessions[session.Id] = session;

    public ScriptedSession Find(Guid id) => _sessions[id];

    public Task<CheckoutView?> ShowAsync(CheckoutVisit visit, CancellationToken cancellationToken) => Answer(visit, isAct: false, session =>
    {
        if (session.IsPaying && session.Polls-- <= 0)
        {
            Succeed(session);
        }
    });

    public Task<CheckoutView?> SendCodeAsync(
        CheckoutVisit visit, string? country, string? number, CancellationToken cancellationToken) => Answer(visit, isAct: true, session =>
    {
        (session.Country, session.Phone, session.HasCode, session.Checks) = (country, number, true, 0);
        session.Sends++;
    });

    public Task<CheckoutView?> ResendAsync(CheckoutVisit visit, CancellationToken cancellationToken)
    {
        CheckoutError[] errors = [];
        return Answer(visit, isAct: true, session =>
        {
            if (session.Sends >= SendsMax)
            {
                errors = [new CheckoutError("phone", "No more codes can be sent here.")];
                return;
            }

            (session.Sends, session.Checks) = (session.Sends + 1, 0);
        }, () => errors);
    }

    public Task<CheckoutView?> ChangePhoneAsync(CheckoutVisit visit, CancellationToken cancellationToken) =>
        Answer(visit, isAct: true, session => session.HasCode = false);

    public Task<CheckoutView?> CheckCodeAsync(CheckoutVisit visit, string code, CancellationToken cancellationToken)
    {
        CheckoutError[] errors = [];
        return Answer(visit, isAct: true, session =>
        {
            if (!session.HasCode || ++session.Checks > ChecksMax)
            {
                errors = [new CheckoutError("code", "This code was tried too often. Ask for another one.")];
            }
            else if (code != Code)
            {
                errors = [new CheckoutError("code", "This is not the code that was sent. Check the digits.")];
            }
            else
            {
                session.IsVerified = true;
                if (session.IsReturning && session.Cards.Count == 0)
                {
                    AddCard(session, "pm_card_visa", isChosen: true);
                }

                if (session.Mode == CheckoutMode.Onboarding)
                {
                    session.IsDone = true;
                }
            }
        }, () => errors);
    }

    public Task<CheckoutView?> ChooseAmountAsync(CheckoutVisit visit, Money amount, CancellationToken cancellationToken)
    {
        var fits = amount >= Money.FromDollars(1) && amount <= Money.FromDollars(10_000);
        return Answer(
            visit, isAct: true, session => session.Amount = fits ? amount : session.Amount,
            () => fits ? [] : [new CheckoutError("amount", "The amount must be from $1.00 to $10,000.00.")]);
    }

    public Task<CheckoutView?> SaveCardAsync(CheckoutVisit visit, string? token, CancellationToken cancellationToken)
    {
        var card = TestCards.All.FirstOrDefault(card => card.Token == token);
        var isSaved = card?.Setup is "ok" or "auth";
        return Answer(visit, isAct: true, session =>
        {
            if (isSaved)
            {
                AddCard(session, token!, isChosen: true);
                session.WantsOtherCard = false;
            }
        }, () => isSaved ? [] : [new CheckoutError("card", "Your card was declined. Use another card, or ask your bank.")]);
    }

    public Task<CheckoutView?> ChooseCardAsync(CheckoutVisit visit, Guid? paymentMethodId, CancellationToken cancellationToken) =>
        Answer(visit, isAct: true, session =>
        {
            session.WantsOtherCard = paymentMethodId is null;
            for (var i = 0; i < session.Cards.Count; i++)
            {
                session.Cards[i] = session.Cards[i] with { IsChosen = session.Cards[i].Id == paymentMethodId };
            }
        });

    public Task<CheckoutView?> PayAsync(CheckoutVisit visit, string quoted, CancellationToken cancellationToken)
    {
        CheckoutError[] errors = [];
        return Answer(visit, isAct: true, session =>
        {
            if (Step(session, visit) != CheckoutStep.Confirm)
            {
                return;
            }

            var charge = session.Cards.FirstOrDefault(card => card.IsChosen) is { } card
                ? TestCards.All.First(known => known.Token == _tokens[card.Id]).Charge
                : "ok";
            if (quoted != Quoted)
            {
                errors = [new CheckoutError("", "The price has changed. Look at it again.")];
            }
            else if (charge == "auth")
            {
                session.NeedsBank = true;
            }
            else if (charge != "ok")
            {
                errors = [new CheckoutError("card", "Your card was declined. Use another card, or ask your bank.")];
            }
            else if (session.Polls > 0)
            {
                session.IsPaying = true;
            }
            else
            {
                Succeed(session);
            }
        }, () => errors);
    }

    public Task<CheckoutView?> AuthenticateAsync(CheckoutVisit visit, bool isDone, CancellationToken cancellationToken)
    {
        CheckoutError[] errors = [];
        return Answer(visit, isAct: true, session =>
        {
            if (!session.NeedsBank)
            {
                return;
            }

            session.NeedsBank = false;
            if (isDone)
            {
                Succeed(session);
            }
            else
            {
                errors = [new CheckoutError("card", "Your bank did not confirm the payment. Try again, or use another card.")];
            }
        }, () => errors);
    }

    private static void Succeed(ScriptedSession session)
    {
        (session.IsPaying, session.IsDone) = (false, true);
        session.Payments++;
    }

    private void AddCard(ScriptedSession session, string token, bool isChosen)
    {
        var card = TestCards.All.First(card => card.Token == token);
        var id = Ids.New(TimeProvider.System);
        _tokens[id] = token;
        for (var i = 0; isChosen && i < session.Cards.Count; i++)
        {
            session.Cards[i] = session.Cards[i] with { IsChosen = false };
        }

        session.Cards.Add(new CardChoice(id, card.Brand, card.Last4, 12, 2031, isChosen, ErrorCode: null));
    }

    // One act at a time on a session: what the row's lock does to the real one.
    private Task<CheckoutView?> Answer(
        CheckoutVisit visit, bool isAct, Action<ScriptedSession> change, Func<IReadOnlyList<CheckoutError>>? errors = null)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        if (!_sessions.TryGetValue(visit.SessionId, out var session))
        {
            return Task.FromResult<CheckoutView?>(null);
        }

        if (session.IsAway)
        {
            throw new StoreUnavailableException("away");
        }

        lock (session)
        {
            if (isAct && session.Visit != visit.Visit && !session.IsDone)
            {
                (session.Visit, session.IsVerified, session.HasCode) = (visit.Visit, false, false);
            }

            change(session);
            return Task.FromResult<CheckoutView?>(View(session, visit) with { Errors = errors?.Invoke() ?? [] });
        }
    }

    private static CheckoutStep Step(ScriptedSession session, CheckoutVisit visit) =>
        session.IsDone ? CheckoutStep.Done
        : session.NeedsBank ? CheckoutStep.Authenticate
        : session.IsPaying ? CheckoutStep.Processing
        : session.Problem is not null ? CheckoutStep.Unavailable
        : session.IsExpired ? CheckoutStep.Expired
        : session.Visit != visit.Visit || (!session.IsVerified && !session.HasCode) ? CheckoutStep.Phone
        : !session.IsVerified ? CheckoutStep.Code
        : (session.Mode == CheckoutMode.TopUp && session.Amount is null) || session.WantsOtherCard
            || !session.Cards.Exists(card => card.IsChosen) ? CheckoutStep.Card
        : CheckoutStep.Confirm;

    private static CheckoutView View(ScriptedSession session, CheckoutVisit visit)
    {
        var step = Step(session, visit);
        var isOwn = session.Visit == visit.Visit;
        var price = session.Amount ?? Offer(session)?.Price ?? Money.Zero;
        var isPlan = session.Mode == CheckoutMode.Subscription;
        return new CheckoutView
        {
            Step = step,
            SessionId = session.Id,
            IsTest = session.IsTest,
            Mode = session.Mode,
            Origin = session.Origin,
            MerchantName = session.MerchantName,
            SupportContact = session.SupportContact,
            Offer = Offer(session),
            Quote = step is CheckoutStep.Confirm or CheckoutStep.Authenticate or CheckoutStep.Processing or CheckoutStep.Done
                && session.Mode != CheckoutMode.Onboarding && isOwn ? Quote(session, price, isPlan) : null,
            Phone = step == CheckoutStep.Phone || session.Masked is not null ? new PhonePrompt(session.Masked, null, null) : null,
            Code = step == CheckoutStep.Code
                ? new CodePrompt(session.Masked ?? $"•••• {session.Phone?[^4..]}", Code, TimeSpan.FromSeconds(30))
                : null,
            Cards = step is CheckoutStep.Card or CheckoutStep.Confirm ? [.. session.Cards] : [],
            Card = step is CheckoutStep.Card or CheckoutStep.Authenticate
                ? new CardEntry(PaymentProviderKind.Sandbox, null, null, null)
                : null,
            AsksForAmount = step == CheckoutStep.Card && session.Mode == CheckoutMode.TopUp && session.Amount is null,
            Amount = session.Amount,
            ConnectionId = step == CheckoutStep.Done && isOwn ? Ids.Format(IdPrefix.Customer, session.IsTest, session.Id) : null,
            Problem = session.Problem,
            Trail = session.Mode == CheckoutMode.Onboarding
                ? [CheckoutStep.Phone, CheckoutStep.Code]
                : [CheckoutStep.Phone, CheckoutStep.Code, CheckoutStep.Card, CheckoutStep.Confirm],
        };
    }

    private static CheckoutOffer? Offer(ScriptedSession session) => session.Offer ?? session.Mode switch
    {
        CheckoutMode.Subscription => new CheckoutOffer(
            "Pro", Money.FromDollars(25), BillingInterval.Month, Money.FromDollars(20),
            ["Unused credit rolls over", "Beyond the credit your card is charged per $5.00, at most $50.00 a month"]),
        CheckoutMode.CreditBundle => new CheckoutOffer("Bundle of 50", Money.FromDollars(45), null, Money.FromDollars(50), []),
        CheckoutMode.TopUp => new CheckoutOffer("Credit", null, null, null, []),
        _ => null,
    };

    private static CheckoutQuote Quote(ScriptedSession session, Money price, bool isPlan) => new(
        isPlan ? CheckoutPurchase.NewPlan : CheckoutPurchase.Bundle, price, Offer(session)?.IncludedCredit ?? price,
        [new QuoteLine(Offer(session)!.Name, price), new QuoteLine("Includes credit", null)],
        isPlan ? new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero) : null, isPlan ? price : null, Quoted);
}
