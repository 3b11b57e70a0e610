using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Checkout;

/// <summary>The sandbox, whose charges a test sees and holds up.</summary>
internal sealed class GatedSandbox(Func<ChargeOrder, Task> charging, PaymentProviderKind kind = PaymentProviderKind.Sandbox)
    : IPaymentProvider
{
    private readonly SandboxPayments _sandbox = new();

    public PaymentProviderKind Kind => kind;

    public Money AmountMin { get; init; } = new SandboxPayments().AmountMin;

    public Task<string> PrepareAsync(ChargeOrder order, CancellationToken cancellationToken) =>
        _sandbox.PrepareAsync(order, cancellationToken);

    public async Task<ChargeResult> ChargeAsync(ChargeOrder order, string reference, CancellationToken cancellationToken)
    {
        await charging(order);
        return await _sandbox.ChargeAsync(order, reference, cancellationToken);
    }

    public Task<ChargeResult> ReadAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) =>
        _sandbox.ReadAsync(order, reference, cancellationToken);

    public Task<ChargeTaken> ReadTakenAsync(string reference, bool isTest, CancellationToken cancellationToken) =>
        _sandbox.ReadTakenAsync(reference, isTest, cancellationToken);

    public Task<string?> FindAsync(ChargeOrder order, CancellationToken cancellationToken) => _sandbox.FindAsync(order, cancellationToken);

    public Task<ChargeResult> CancelAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) =>
        _sandbox.CancelAsync(order, reference, cancellationToken);

    public Task<RefundResult> RefundAsync(RefundOrder order, CancellationToken cancellationToken) =>
        _sandbox.RefundAsync(order, cancellationToken);

    public Task<RefundResult?> FindRefundAsync(RefundOrder order, CancellationToken cancellationToken) =>
        _sandbox.FindRefundAsync(order, cancellationToken);

    public Task<IReadOnlyList<RefundResult>> ListRefundsAsync(string chargeReference, bool isTest, CancellationToken cancellationToken) =>
        _sandbox.ListRefundsAsync(chargeReference, isTest, cancellationToken);

    public Task<DisputeResult?> ReadDisputeAsync(string reference, bool isTest, CancellationToken cancellationToken) =>
        _sandbox.ReadDisputeAsync(reference, isTest, cancellationToken);

    public Task<string> CreateCustomerAsync(Guid customerId, bool isTest, string? phone, CancellationToken cancellationToken) =>
        _sandbox.CreateCustomerAsync(customerId, isTest, phone, cancellationToken);

    public Task<CardSetup> BeginSetupAsync(CardSetupOrder order, CancellationToken cancellationToken) =>
        _sandbox.BeginSetupAsync(order, cancellationToken);

    public Task<CardSetupResult> ReadSetupAsync(
        CardSetupOrder order, string reference, string? token, CancellationToken cancellationToken) =>
        _sandbox.ReadSetupAsync(order, reference, token, cancellationToken);

    public Task DetachAsync(string methodReference, bool isTest, CancellationToken cancellationToken) => Task.CompletedTask;
}
