using System.Collections.Concurrent;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Payments;

/// <summary>A provider that remembers by name what it did, and fails before or after as a test says.</summary>
internal sealed class StandInProvider : IPaymentProvider
{
    private readonly ConcurrentDictionary<string, ChargeResult> _charges = new();
    private readonly ConcurrentDictionary<string, ChargeOrder> _orders = new();

    /// <summary>What becomes of an order; a declined code, or null: it is paid.</summary>
    public Func<ChargeOrder, string?> Decide { get; set; } = _ => null;

    /// <summary>Throws, or not, before anything happens.</summary>
    public Action Before { get; set; } = () => { };

    /// <summary>Throws, or not, when the money is taken.</summary>
    public Action After { get; set; } = () => { };

    /// <summary>By the name of a step: 0: nothing happens, 1: it fails before, 2: after it.</summary>
    public Func<string, int> Fault { get; set; } = _ => 0;

    /// <summary>Until when its answers take.</summary>
    public Task Delay { get; set; } = Task.CompletedTask;

    /// <summary>Looks whether the store has a charge's name: it must before money is asked for.</summary>
    public Func<ChargeOrder, string, Task<bool>> IsNamed { get; set; } = (_, _) => Task.FromResult(true);

    /// <summary>What is wrong with a charge; null: nothing is.</summary>
    public string? Mismatch { get; set; }

    /// <summary>It has the charges of another account.</summary>
    public bool IsOther { get; set; }

    /// <summary>What was taken: orders by their keys.</summary>
    public ConcurrentDictionary<(Guid Payment, int Attempt), ChargeOrder> Captured { get; } = new();

    /// <summary>Each step, in its order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Money was asked for before its charge's name was committed.</summary>
    public int Unnamed { get; private set; }

    public int Asked => Calls.Count(call => call == "charge");

    public ConcurrentDictionary<Guid, (string Charge, RefundResult Result)> Refunded { get; } = new();

    /// <summary>What becomes of refunds.</summary>
    public Func<RefundOrder, RefundStatus> DecideRefund { get; set; } = _ => RefundStatus.Succeeded;

    public Dictionary<string, DisputeResult> Known { get; } = [];

    public PaymentProviderKind Kind => PaymentProviderKind.Sandbox;

    public Money AmountMin { get; set; } = new(Money.UnitsPerDollar / 100);

    public static string NameOf(Guid payment, int attempt) => $"ch_{payment:N}_{attempt}";

    public Task<string> PrepareAsync(ChargeOrder order, CancellationToken cancellationToken) => StepAsync("prepare", () =>
    {
        var name = NameOf(order.PaymentId, order.Attempt);
        _orders[name] = order;
        _charges.TryAdd(name, NotTaken(name));
        return name;
    });

    public async Task<ChargeResult> ChargeAsync(ChargeOrder order, string reference, CancellationToken cancellationToken)
    {
        if (!await IsNamed(order, reference))
        {
            Unnamed++;
        }

        await Delay;
        var result = await StepAsync("charge", () => _charges[reference] is { Outcome: ChargeOutcome.NotTaken, DeclineCode: null } open
            ? _charges[reference] = Charge(order, open)
            : _charges[reference]);
        After();
        return Told(result);
    }

    public Task<ChargeResult> ReadAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) =>
        StepAsync("read", () => Told(order.Action switch
        {
            _ when IsOther => new ChargeResult(ChargeOutcome.Unknown, ChargeResult.NotThere, null, reference),
            PaymentAction.Done when _charges[reference].Outcome == ChargeOutcome.ActionRequired => _charges[reference] = Capture(order),
            _ => _charges[reference],
        }));

    /// <summary>What charges have really taken, where it is not what was ordered.</summary>
    public Dictionary<string, ChargeTaken> Taken { get; } = [];

    public Task<ChargeTaken> ReadTakenAsync(string reference, bool isTest, CancellationToken cancellationToken) => StepAsync(
        "read taken", () => IsOther ? ChargeTaken.Nothing
            : Taken.TryGetValue(reference, out var taken) ? taken
            : _charges[reference] is { Outcome: ChargeOutcome.Succeeded } ? new ChargeTaken(_orders[reference].Amount, true, true)
            : new ChargeTaken(Money.Zero, _charges[reference].DeclineCode == "canceled", true));

    public Task<string?> FindAsync(ChargeOrder order, CancellationToken cancellationToken) => StepAsync(
        "find", () => NameOf(order.PaymentId, order.Attempt) is var name && _charges.ContainsKey(name) ? name : null);

    public Task<ChargeResult> CancelAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) => StepAsync(
        "cancel",
        () => _charges[reference].Outcome == ChargeOutcome.Succeeded
            ? _charges[reference]
            : _charges[reference] = NotTaken(reference) with { DeclineCode = "canceled" });

    public Task<RefundResult> RefundAsync(RefundOrder order, CancellationToken cancellationToken) => StepAsync("refund", () =>
        Refunded.GetOrAdd(order.RefundId, _ => (order.ChargeReference, Result(order, DecideRefund(order)))).Result);

    public Task<RefundResult?> FindRefundAsync(RefundOrder order, CancellationToken cancellationToken) => StepAsync(
        "find refund", () => Refunded.TryGetValue(order.RefundId, out var made) ? made.Result : null);

    public Task<IReadOnlyList<RefundResult>> ListRefundsAsync(string chargeReference, bool isTest, CancellationToken cancellationToken) =>
        StepAsync<IReadOnlyList<RefundResult>>(
            "list refunds", () => [.. Refunded.Values.Where(made => made.Charge == chargeReference).Select(made => made.Result)]);

    public Task<DisputeResult?> ReadDisputeAsync(string reference, bool isTest, CancellationToken cancellationToken) =>
        StepAsync("read dispute", () => Known.GetValueOrDefault(reference));

    public Task<string> CreateCustomerAsync(Guid customerId, bool isTest, string? phone, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<CardSetup> BeginSetupAsync(CardSetupOrder order, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CardSetupResult> ReadSetupAsync(
        CardSetupOrder order, string reference, string? token, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DetachAsync(string methodReference, bool isTest, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Somebody pays a charge that nobody waits for any more.</summary>
    public void CaptureLate(string name) => _charges[name] = Capture(_orders[name]);

    /// <summary>A charge that seemed to be paid has taken nothing.</summary>
    public void Forget(string name)
    {
        _charges[name] = NotTaken(name);
        Captured.TryRemove((_orders[name].PaymentId, _orders[name].Attempt), out _);
    }

    public bool Has(string name) => _orders.ContainsKey(name);

    /// <summary>What banks were still thinking about is given back.</summary>
    public void EndRefunds()
    {
        DecideRefund = _ => RefundStatus.Succeeded;
        foreach (var (id, (charge, result)) in Refunded)
        {
            Refunded[id] = (charge, result.Status == RefundStatus.Asked ? result with { Status = RefundStatus.Succeeded } : result);
        }
    }

    /// <summary>A refund is made at the provider itself, or goes on there.</summary>
    public void RefundThere(string charge, string amount, RefundStatus status, Guid? refund = null) => Refunded[refund ?? Guid.NewGuid()] =
        (charge, new RefundResult($"re_{refund ?? Guid.NewGuid():N}", refund, Money.Parse(amount), status, null));

    private static ChargeResult NotTaken(string name) => new(ChargeOutcome.NotTaken, null, null, name);

    private static RefundResult Result(RefundOrder order, RefundStatus status) => new(
        $"re_{order.RefundId:N}", order.RefundId, order.Amount, status, status == RefundStatus.Failed ? "Words of a bank!" : null);

    private ChargeResult Told(ChargeResult result) => Mismatch is { } what && result.Outcome == ChargeOutcome.Succeeded
        ? new ChargeResult(ChargeOutcome.Unknown, ChargeResult.Mismatch, what, result.Reference)
        : result;

    private ChargeResult Charge(ChargeOrder order, ChargeResult open)
    {
        if (Decide(order) is { } code && !(code == DeclineCodes.AuthenticationRequired && order.Action == PaymentAction.Done))
        {
            return new ChargeResult(DeclineCodes.OutcomeOf(code), code, "Words of a bank!", open.Reference);
        }

        return Capture(order);
    }

    private ChargeResult Capture(ChargeOrder order)
    {
        Captured[(order.PaymentId, order.Attempt)] = order;
        return new ChargeResult(ChargeOutcome.Succeeded, null, null, NameOf(order.PaymentId, order.Attempt));
    }

    private Task<T> StepAsync<T>(string step, Func<T> run)
    {
        Calls.Enqueue(step);
        Before();
        var fault = Fault(step);
        if (fault == 1)
        {
            throw new TimeoutException(step);
        }

        var result = run();
        return fault == 2 ? throw new TimeoutException(step) : Task.FromResult(result);
    }
}
