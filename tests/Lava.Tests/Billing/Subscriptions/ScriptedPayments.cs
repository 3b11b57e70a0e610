using System.Collections.Concurrent;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Subscriptions;

/// <summary>Payments that succeed unless a test says otherwise. A cycle that was paid is not charged again.</summary>
internal sealed class ScriptedPayments : IRenewalPayments
{
    private readonly ConcurrentDictionary<Guid, PaymentStatus> _byCustomer = new();
    private readonly ConcurrentDictionary<Guid, NewPayment> _paid = new();

    public ConcurrentQueue<NewPayment> Charged { get; } = new();

    public void Decline(string customer) => Answer(customer, PaymentStatus.Waiting);

    public void Answer(string customer, PaymentStatus status) =>
        _byCustomer[Ids.TryParse(IdPrefix.Customer, customer, out var id) ? id : throw new ArgumentException(customer)] = status;

    public Task<PaymentStatus> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        if (_byCustomer.TryGetValue(payment.CustomerId, out var status) && status != PaymentStatus.Succeeded)
        {
            return Task.FromResult(status);
        }

        if (payment.CycleId is null || _paid.TryAdd(payment.CycleId.Value, payment))
        {
            Charged.Enqueue(payment);
        }

        return Task.FromResult(PaymentStatus.Succeeded);
    }

    public string[] ChargedTo(string customer) => [.. Charged
        .Where(payment => Ids.TryParse(IdPrefix.Customer, customer, out var id) && payment.CustomerId == id)
        .Select(payment => $"{payment.Kind} {payment.Fee}")];
}
