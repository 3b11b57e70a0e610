using System.Collections.Concurrent;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Subscriptions;

/// <summary>
/// Payments that succeed unless a test says otherwise, with or without a card. A cycle is charged once, for what was asked for it first.
/// </summary>
internal sealed class ScriptedPayments : IRenewalPayments
{
    private readonly ConcurrentDictionary<Guid, PaymentAnswer> _byCustomer = new();
    private readonly ConcurrentDictionary<Guid, byte> _withCards = new();
    private readonly ConcurrentDictionary<Guid, NewPayment> _opened = new();
    private readonly ConcurrentDictionary<Guid, byte> _paid = new();

    public ConcurrentQueue<NewPayment> Charged { get; } = new();

    /// <summary>What charges the cards of customers for whom a test wants it.</summary>
    public IRenewalPayments? Cards { get; set; }

    public void UseCards(string customer) => _withCards[Id(customer)] = 0;

    public void Decline(string customer) => Answer(customer, PaymentStatus.Waiting);

    public void Answer(string customer, PaymentStatus status, bool lacksMethod = false) =>
        _byCustomer[Id(customer)] = new PaymentAnswer(status, LacksMethod: lacksMethod);

    public Task<PaymentAnswer> OpenAndAttemptAsync(NewPayment payment, CancellationToken cancellationToken)
    {
        if (_withCards.ContainsKey(payment.CustomerId))
        {
            return Cards!.OpenAndAttemptAsync(payment, cancellationToken);
        }

        var opened = payment.CycleId is { } id ? _opened.GetOrAdd(id, payment) : payment;
        if (_byCustomer.TryGetValue(payment.CustomerId, out var answer) && answer.Status != PaymentStatus.Succeeded)
        {
            return Task.FromResult(answer with { Terms = answer.LacksMethod ? null : opened });
        }

        if (payment.CycleId is null || _paid.TryAdd(payment.CycleId.Value, 0))
        {
            Charged.Enqueue(opened);
        }

        return Task.FromResult(new PaymentAnswer(PaymentStatus.Succeeded, opened));
    }

    public string[] ChargedTo(string customer) => [.. Charged
        .Where(payment => payment.CustomerId == Id(customer))
        .Select(payment => $"{payment.Kind} {payment.Fee}")];

    private static Guid Id(string customer) =>
        Ids.TryParse(IdPrefix.Customer, customer, out var id) ? id : throw new ArgumentException(customer);
}
