using Lava.Billing.Phones;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>What a page shows of a session. Of the buyer only what this visit has shown to be its own.</summary>
internal static class CheckoutViews
{
    /// <param name="services">What the checkout works with.</param>
    /// <param name="record">The session.</param>
    /// <param name="visit">The visit that looks.</param>
    /// <param name="error">What was wrong with the form; null: nothing.</param>
    /// <param name="clientSecret">Of the card's entry, or of the charge that the bank asks about; null: none.</param>
    public static CheckoutView Of(
        CheckoutServices services, CheckoutRecord record, UInt256 visit, CheckoutError? error, string? clientSecret)
    {
        var (state, session) = (record.State, record.State.Session);
        var step = CheckoutLook.StepOf(services, record, visit);
        var showsCards = step is CheckoutStep.Card or CheckoutStep.Confirm;
        var isDone = step == CheckoutStep.Done && state.IsOwn(visit) && state.BuyerId == session.CustomerId;
        var isBuying = isDone || showsCards || step is CheckoutStep.Authenticate || (step == CheckoutStep.Processing && state.IsOwn(visit));
        return new CheckoutView
        {
            Step = step,
            SessionId = session.Id,
            IsTest = record.IsTest,
            Mode = session.Mode,
            Origin = CheckoutOrigin.Of(session.OriginUrl),
            MerchantName = record.MerchantName,
            SupportContact = record.SupportContact,
            Offer = CheckoutOffers.Of(record, isBuying ? state.Amount : null),
            Quote = isBuying ? CheckoutQuotes.Show(record) : null,
            Phone = step == CheckoutStep.Phone ? PromptForPhone(record, visit) : null,
            Code = step == CheckoutStep.Code ? PromptForCode(services, record) : null,
            Cards = showsCards ? [.. record.VisibleCards.Select(card => Choice(card, state.PaymentMethodId))] : [],
            Card = step is CheckoutStep.Card or CheckoutStep.Authenticate ? Entry(services, record, clientSecret) : null,
            AsksForAmount = showsCards && CheckoutQuotes.NeedsAmount(state),
            Amount = showsCards ? state.Amount : null,
            ConnectionId = isDone && session.CustomerId is { } customer
                ? Ids.Format(IdPrefix.Customer, record.IsTest, customer)
                : null,
            Problem = step == CheckoutStep.Unavailable ? CheckoutLook.ProblemOf(services, record, visit) : null,
            Errors = error is null ? [] : [error],
            Trail = Trail(record),
        };
    }

    private static PhonePrompt PromptForPhone(CheckoutRecord record, UInt256 visit)
    {
        var only = CheckoutPhones.OnlyPhoneOf(record);
        var own = record.State.IsOwn(visit) ? record.State : null;
        return new PhonePrompt(
            only is null ? null : E164.Mask(only), only is null ? own?.Phone : null, own?.Country);
    }

    private static CodePrompt PromptForCode(CheckoutServices services, CheckoutRecord record)
    {
        var wait = record.State.CodeSentAt is { } sent ? sent + CheckoutLimits.ResendAfter - record.Now : TimeSpan.Zero;
        return new CodePrompt(
            E164.Mask(record.State.Phone!),
            services.Codes.Show(CheckoutPhones.OrderOf(record)),
            record.State.CodeSends >= CheckoutLimits.SendsPerSession ? null : wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
            CheckoutPhones.OnlyPhoneOf(record) is null);
    }

    private static CardChoice Choice(Payments.PaymentMethod card, Guid? chosen) => new(
        card.Id, card.Brand, card.Last4, card.ExpiryMonth, card.ExpiryYear, card.Id == chosen && card.ErrorCode is null, card.ErrorCode);

    private static CardEntry Entry(CheckoutServices services, CheckoutRecord record, string? clientSecret)
    {
        var kind = services.Providers.Of(record.IsTest)?.Kind ?? Payments.PaymentProviderKind.Sandbox;
        var page = kind == Payments.PaymentProviderKind.Sandbox ? null : services.CardPage;
        return new CardEntry(kind, page?.PublishableKey, clientSecret, page?.ScriptUrl);
    }

    private static CheckoutStep[] Trail(CheckoutRecord record)
    {
        var isFree = record.State.Session.Mode == CheckoutMode.Subscription && record.Plan is { HasCycles: false };
        return record.State.Session.Mode == CheckoutMode.Onboarding ? [CheckoutStep.Phone, CheckoutStep.Code]
            : isFree ? [CheckoutStep.Phone, CheckoutStep.Code, CheckoutStep.Confirm]
            : [CheckoutStep.Phone, CheckoutStep.Code, CheckoutStep.Card, CheckoutStep.Confirm];
    }
}
