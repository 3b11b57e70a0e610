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
    public Task<bool> ResumeChargeAsync(string reference, CancellationToken cancellationToken) =>
        cards.ResumeChargeAsync(reference, cancellationToken);

    public Task ResumePaymentAsync(Guid paymentId, CancellationToken cancellationToken) => cards.ResumeAsync(paymentId, cancellationToken);

    public Task LookAtRefundsAsync(string chargeReference, CancellationToken cancellationToken) =>
        refunds.LookAsync(chargeReference, cancellationToken);

    public Task LookAtDisputeAsync(string reference, CancellationToken cancellationToken) =>
        disputes.LookAsync(reference, PaymentProviderKind.Stripe, cancellationToken);

    public async Task CardChangedAsync(string reference, SavedCard? card, CancellationToken cancellationToken)
    {
        foreach (var changed in await methods.ChangeCardAsync(PaymentProviderKind.Stripe, reference, card, cancellationToken))
        {
            floors.Set(changed.Floor);
            await customers.RefreshAsync(changed.MerchantId, changed.CustomerId);
        }
    }
}
