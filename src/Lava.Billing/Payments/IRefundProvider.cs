namespace Lava.Billing.Payments;

/// <summary>Gives money back, and says what banks took back.</summary>
public interface IRefundProvider
{
    /// <summary>Gives money back; the same order again gives the same answer and nothing more.</summary>
    Task<RefundResult> RefundAsync(RefundOrder order, CancellationToken cancellationToken);

    /// <summary>What became of an order whose answer was lost; null: it was never made.</summary>
    Task<RefundResult?> FindRefundAsync(RefundOrder order, CancellationToken cancellationToken);

    /// <summary>All refunds of a charge, also those that were made at the provider.</summary>
    Task<IReadOnlyList<RefundResult>> ListRefundsAsync(string chargeReference, bool isTest, CancellationToken cancellationToken);

    /// <summary>A dispute by its name; null: there is none.</summary>
    Task<DisputeResult?> ReadDisputeAsync(string reference, bool isTest, CancellationToken cancellationToken);
}
