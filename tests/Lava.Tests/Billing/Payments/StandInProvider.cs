using System.Collections.Concurrent;
using Lava.Billing.Payments;

namespace Lava.Tests.Billing.Payments;

/// <summary>A provider that remembers by key what it did, and fails before or after as a test says.</summary>
internal sealed class StandInProvider : IPaymentProvider
{
    private readonly ConcurrentDictionary<(Guid Payment, int Attempt), ChargeResult> _known = new();

    /// <summary>What becomes of an order; a declined code, or null: it is paid.</summary>
    public Func<ChargeOrder, string?> Decide { get; set; } = _ => null;

    /// <summary>Throws, or not, before anything happens.</summary>
    public Action Before { get; set; } = () => { };

    /// <summary>Throws, or not, when the money is taken.</summary>
    public Action After { get; set; } = () => { };

    /// <summary>Until when its answers take.</summary>
    public Task Delay { get; set; } = Task.CompletedTask;

    /// <summary>What was taken: orders by their keys.</summary>
    public ConcurrentDictionary<(Guid Payment, int Attempt), ChargeOrder> Captured { get; } = new();

    public int Asked { get; private set; }

    public PaymentProviderKind Kind => PaymentProviderKind.Sandbox;

    public async Task<ChargeResult> ChargeAsync(ChargeOrder order, CancellationToken cancellationToken)
    {
        Asked++;
        Before();
        await Delay;
        var result = _known.GetOrAdd((order.PaymentId, order.Attempt), _ => Charge(order));
        After();
        return result;
    }

    public Task<ChargeResult?> FindAsync(ChargeOrder order, CancellationToken cancellationToken)
    {
        Before();
        return Task.FromResult(_known.GetValueOrDefault((order.PaymentId, order.Attempt)));
    }

    private ChargeResult Charge(ChargeOrder order)
    {
        if (Decide(order) is { } code)
        {
            return new ChargeResult(DeclineCodes.OutcomeOf(code), code, code, null);
        }

        Captured[(order.PaymentId, order.Attempt)] = order;
        return new ChargeResult(ChargeOutcome.Succeeded, null, null, "ch");
    }
}
