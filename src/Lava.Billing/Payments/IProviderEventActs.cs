namespace Lava.Billing.Payments;

/// <summary>
/// What is done when a payment provider has told of something. Each is a function of the object's present state, which is read anew: order
/// and repetition of events do not matter.
/// </summary>
public interface IProviderEventActs
{
    /// <summary>An attempt's charge may have ended.</summary>
    /// <returns>False: no attempt has a charge of this name.</returns>
    Task<bool> ResumeChargeAsync(string reference, CancellationToken cancellationToken);

    /// <summary>A payment may have ended whose charge has a name that nobody knows here; nothing where there is no such payment.</summary>
    Task ResumePaymentAsync(Guid paymentId, CancellationToken cancellationToken);

    /// <summary>Refunds of a charge may have been made, or have ended.</summary>
    Task LookAtRefundsAsync(string chargeReference, CancellationToken cancellationToken);

    /// <summary>A dispute was opened, went on, or ended.</summary>
    Task LookAtDisputeAsync(string reference, CancellationToken cancellationToken);

    /// <summary>A card on file has changed.</summary>
    /// <param name="reference">The provider's name of it.</param>
    /// <param name="card">The card as it is now; null: it can't be charged any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task CardChangedAsync(string reference, SavedCard? card, CancellationToken cancellationToken);
}
