using Lava.Billing;
using Lava.Billing.Overage;
using Lava.Billing.Payments;
using Lava.Postgres;

namespace Lava.Server.Api.Payments;

/// <summary>What is done when Stripe has told of something; the sandbox tells nothing.</summary>
internal sealed class ProviderEventActs(
    CardPayments cards, Refunds refunds, Disputes disputes, PaymentMethodStore methods, LiveFloors floors, ICustomerChanges customers)
    : IProviderEventActs
{
    /// <summary>Cards that are marked in a round, of each mode.</summary>
    public const int CardsPerRound = 200;

    public Task<bool> ResumeChargeAsync(string reference, CancellationToken cancellationToken) =>
        cards.ResumeChargeAsync(reference, cancellationToken);

    public Task ResumePaymentAsync(Guid paymentId, CancellationToken cancellationToken) => cards.ResumeAsync(paymentId, cancellationToken);

    public Task LookAtRefundsAsync(string chargeReference, CancellationToken cancellationToken) =>
        refunds.LookAsync(chargeReference, cancellationToken);

    public Task LookAtDisputeAsync(string reference, CancellationToken cancellationToken) =>
        disputes.LookAsync(reference, PaymentProviderKind.Stripe, cancellationToken);

    public async Task CardChangedAsync(string reference, SavedCard? card, CancellationToken cancellationToken) =>
        await ShowAsync(await methods.ChangeCardAsync(PaymentProviderKind.Stripe, reference, card, cancellationToken));

    /// <summary>Marks cards that the provider of now can't charge, some at a time; true: there are no more.</summary>
    public async Task<bool> MatchCardsAsync(PaymentProviders providers, CancellationToken cancellationToken)
    {
        var isDone = true;
        foreach (var isTest in new[] { true, false })
        {
            if (providers.Of(isTest) is { } provider)
            {
                var changed = await methods.MatchAsync(isTest, provider.Kind, CardsPerRound, cancellationToken);
                await ShowAsync(changed);
                isDone &= changed.Count == 0;
            }
        }

        return isDone;
    }

    private async Task ShowAsync(List<(Guid MerchantId, Guid CustomerId, WalletFloor Floor)> changes)
    {
        foreach (var changed in changes)
        {
            floors.Set(changed.Floor);
            await customers.RefreshAsync(changed.MerchantId, changed.CustomerId);
        }
    }
}
