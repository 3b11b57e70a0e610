namespace Lava.Billing.Payments;

/// <summary>Takes money from cards.</summary>
public interface IPaymentProvider
{
    /// <summary>Who it is.</summary>
    PaymentProviderKind Kind { get; }

    /// <summary>Charges a card. The same payment and attempt again gives the same answer and takes nothing again.</summary>
    Task<ChargeResult> ChargeAsync(ChargeOrder order, CancellationToken cancellationToken);

    /// <summary>What became of an attempt whose answer was lost; null: the provider never heard of it.</summary>
    Task<ChargeResult?> FindAsync(ChargeOrder order, CancellationToken cancellationToken);
}
