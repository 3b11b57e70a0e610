using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>Checkout sessions as their pages use them: each answer is what the session's row says, to the visit that asks.</summary>
public sealed class Checkout : ICheckout
{
    private readonly CheckoutServices _services;
    private readonly CheckoutPhones _phones;
    private readonly CheckoutCards _cards;
    private readonly CheckoutPurchases _purchases;

    /// <summary>Sessions that work with these.</summary>
    public Checkout(CheckoutServices services)
    {
        _services = services;
        _purchases = new CheckoutPurchases(services);
        _phones = new CheckoutPhones(services, _purchases.Settle);
        _cards = new CheckoutCards(services);
    }

    /// <inheritdoc/>
    public async Task<CheckoutView?> ShowAsync(CheckoutVisit visit, CancellationToken cancellationToken) =>
        await ShowAsync(visit, new CheckoutReply(await _services.Store.FindAsync(visit.SessionId, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> SendCodeAsync(
        CheckoutVisit visit, string? country, string? number, CancellationToken cancellationToken) => await ShowAsync(
        visit, await _phones.SendAsync(visit, country, number, isResend: false, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> ResendAsync(CheckoutVisit visit, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _phones.SendAsync(visit, null, null, isResend: true, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> ChangePhoneAsync(CheckoutVisit visit, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _phones.ChangeAsync(visit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> CheckCodeAsync(CheckoutVisit visit, string code, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _phones.CheckAsync(visit, code, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> ChooseAmountAsync(CheckoutVisit visit, Money amount, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _purchases.ChooseAmountAsync(visit, amount, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> SaveCardAsync(CheckoutVisit visit, string? token, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _cards.SaveAsync(visit, token, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> ChooseCardAsync(CheckoutVisit visit, Guid? paymentMethodId, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _cards.ChooseAsync(visit, paymentMethodId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> PayAsync(CheckoutVisit visit, string quoted, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _purchases.PayAsync(visit, quoted, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckoutView?> AuthenticateAsync(CheckoutVisit visit, bool isDone, CancellationToken cancellationToken) =>
        await ShowAsync(visit, await _purchases.AuthenticateAsync(visit, isDone, cancellationToken), cancellationToken);

    private async Task<CheckoutView?> ShowAsync(CheckoutVisit visit, CheckoutReply reply, CancellationToken cancellationToken)
    {
        if (reply.Record is not { } record)
        {
            return null;
        }

        var error = reply.Error;
        var step = CheckoutLook.StepOf(_services, record, visit.Visit);
        if (step is CheckoutStep.Card or CheckoutStep.Confirm && CheckoutPurchases.IsStale(record) && error is null)
        {
            record = await _services.Store.ChangeAsync(
                visit.SessionId,
                now => now.State.IsVerified(visit.Visit, now.Now) && CheckoutPurchases.IsStale(now)
                    ? _purchases.Renew(now)
                    : now.State,
                cancellationToken) ?? record;
            step = CheckoutLook.StepOf(_services, record, visit.Visit);
        }

        if (step == CheckoutStep.Confirm && record.State.Session.Mode == CheckoutMode.Onboarding)
        {
            record = await _purchases.SignUpAsync(visit) ?? record;
            step = CheckoutLook.StepOf(_services, record, visit.Visit);
        }

        string? clientSecret = null;
        // Before an amount is chosen the page asks for it alone: an entry that nobody sees would count.
        if (step == CheckoutStep.Card && !CheckoutQuotes.NeedsAmount(record.State))
        {
            var (begun, setup) = await _cards.BeginAsync(record, visit.Visit, cancellationToken);
            (record, error, clientSecret) = (begun.Record ?? record, error ?? begun.Error, setup?.ClientSecret);
        }

        if (step == CheckoutStep.Authenticate)
        {
            clientSecret = await _services.Payments.FindClientSecretAsync(record.Payment!.Payment.Id, cancellationToken);
        }

        return CheckoutViews.Of(_services, record, visit.Visit, error, clientSecret);
    }
}
