using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>The cards of a session's buyer. What a page says of a card is never believed: the provider is asked.</summary>
internal sealed class CheckoutCards(CheckoutServices services)
{
    private static readonly CheckoutError TooMany = new("card", "Too many cards were tried. Ask for a new checkout.");
    private static readonly CheckoutError Refused = new("card", "Cards can't be entered just now. Try again later.");
    private static readonly CheckoutError Away = new("card", "Cards can't be entered just now. Try again in a minute.");
    private readonly ICheckoutStore _store = services.Store;

    /// <summary>The entry of a card that is under way; begun where there is none. An error, where no more may be begun.</summary>
    public async Task<(CheckoutReply Reply, CardSetup? Setup)> BeginAsync(
        CheckoutRecord record, UInt256 visit, CancellationToken cancellationToken)
    {
        CheckoutError? error = null;
        if (record.State.SetupReference is null)
        {
            // The number is committed first: under its key the provider makes one entry, however often it is asked.
            var counted = await _store.ChangeAsync(
                record.State.Session.Id,
                now =>
                {
                    if (!now.State.IsVerified(visit, now.Now) || now.State.SetupReference is not null)
                    {
                        return now.State;
                    }

                    var isTooMany = now.State.Setups >= CheckoutLimits.SetupsPerSession
                        || (!now.IsTest && now.MerchantSetups >= CheckoutLimits.SetupsPerMerchantHour);
                    error = isTooMany ? TooMany : null;
                    return isTooMany ? now.State : now.State with
                    {
                        Setups = (short)(now.State.Setups + 1),
                        SetupAt = now.Now,
                        SetupReference = "",
                    };
                },
                cancellationToken);
            if (counted is null || error is not null || counted.State.SetupReference is null)
            {
                return (new CheckoutReply(counted, error), null);
            }

            record = counted;
        }

        if (record.Buyer is not { } buyer || services.Providers.Of(record.IsTest) is not { } provider)
        {
            return (new CheckoutReply(record), null);
        }

        try
        {
            var setup = await provider.BeginSetupAsync(await OrderAsync(record, buyer, provider, cancellationToken), cancellationToken);
            if (setup.Reference != record.State.SetupReference)
            {
                var number = record.State.Setups;
                record = await _store.ChangeAsync(
                    record.State.Session.Id,
                    now => now.State.Setups == number && now.State.SetupReference is not null
                        ? now.State with { SetupReference = setup.Reference }
                        : now.State,
                    CancellationToken.None) ?? record;
            }

            return (new CheckoutReply(record), setup);
        }
        catch (Exception failure) when (ErrorOf(failure) is { } told)
        {
            return (new CheckoutReply(record, told), null);
        }
    }

    public async Task<CheckoutReply> SaveAsync(CheckoutVisit visit, string? token, CancellationToken cancellationToken)
    {
        var found = await _store.ChangeAsync(visit.SessionId, record => Taken(record, visit.Visit), cancellationToken);
        if (found is null
            || CheckoutLook.StepOf(services, found, visit.Visit) is not (CheckoutStep.Card or CheckoutStep.Confirm)
            || found.Buyer is null || services.Providers.Of(found.IsTest) is not { } provider)
        {
            return new CheckoutReply(found, CheckoutLook.Again(services, found, visit.Visit));
        }

        var (reply, setup) = await BeginAsync(found, visit.Visit, cancellationToken);
        if (setup is null || reply.Record is not { Buyer: { } buyer } record)
        {
            return reply;
        }

        var order = await OrderAsync(record, buyer, provider, cancellationToken);
        CardSetupResult result;
        try
        {
            result = await provider.ReadSetupAsync(order, setup.Reference, token, CancellationToken.None);
        }
        catch (Exception failure) when (ErrorOf(failure) is { } told)
        {
            return new CheckoutReply(record, told);
        }

        if (result is { Outcome: CardSetupOutcome.Saved, Card: { } card })
        {
            var added = await _store.AddCardAsync(
                visit.SessionId, setup.Reference, Method(record, buyer, card), card.Fingerprint, CancellationToken.None);
            if (added?.Floor is { } floor)
            {
                services.Floors.Set(floor);
            }

            return new CheckoutReply(added?.Record ?? record);
        }

        if (result.Outcome == CardSetupOutcome.NotReady)
        {
            return new CheckoutReply(record, new CheckoutError("card", "The card is not confirmed yet. Enter it, and answer your bank."));
        }

        // The next card is another entry: entries are limited, tries within one would not be.
        var ended = await _store.ChangeAsync(
            visit.SessionId,
            now => now.State.SetupReference == setup.Reference ? now.State with { SetupReference = null } : now.State,
            CancellationToken.None);
        return new CheckoutReply(ended, new CheckoutError("card", result.Outcome == CardSetupOutcome.Declined
            ? DeclineWords.Of(result.DeclineCode)
            : "The card has to be entered again."));
    }

    public async Task<CheckoutReply> ChooseAsync(CheckoutVisit visit, Guid? methodId, CancellationToken cancellationToken)
    {
        var record = await _store.ChangeAsync(
            visit.SessionId,
            record => CheckoutLook.StepOf(services, record, visit.Visit) is CheckoutStep.Card or CheckoutStep.Confirm
                ? methodId is null || record.VisibleCards.Any(card => card.Id == methodId && card.ErrorCode is null)
                    ? record.State with { PaymentMethodId = methodId, WantsCard = methodId is null }
                    : record.State
                : Taken(record, visit.Visit),
            cancellationToken);
        return new CheckoutReply(record, CheckoutLook.Again(services, record, visit.Visit));
    }

    private static CheckoutError? ErrorOf(Exception failure) => failure switch
    {
        ProviderRefusedException => Refused,
        ProviderUnavailableException => Away,
        _ => null,
    };

    private CheckoutState Taken(CheckoutRecord record, UInt256 visit) =>
        CheckoutLook.IsOpen(services, record, visit) ? record.State.For(visit) : record.State;

    private async Task<CardSetupOrder> OrderAsync(
        CheckoutRecord record, CheckoutCustomer buyer, ICardProvider provider, CancellationToken cancellationToken)
    {
        var kind = KindOf(record);
        var reference = await _store.FindCustomerReferenceAsync(buyer.Id, kind, cancellationToken)
            ?? await _store.NoteCustomerReferenceAsync(
                buyer.Id,
                kind,
                await provider.CreateCustomerAsync(buyer.Id, record.IsTest, record.State.Phone, cancellationToken),
                CancellationToken.None);
        return new CardSetupOrder(record.State.Session.Id, record.State.Setups, reference, record.IsTest);
    }

    private PaymentProviderKind KindOf(CheckoutRecord record) => services.Providers.Of(record.IsTest)!.Kind;

    private PaymentMethod Method(CheckoutRecord record, CheckoutCustomer buyer, SavedCard card) => new()
    {
        Id = Ids.New(services.Time),
        CustomerId = buyer.Id,
        Provider = KindOf(record),
        Reference = card.Reference,
        Brand = card.Brand,
        Last4 = card.Last4,
        ExpiryMonth = card.ExpiryMonth,
        ExpiryYear = card.ExpiryYear,
        IsDefault = false,
        CreatedAt = record.MerchantNow,
    };
}
