namespace Lava.Billing.Payments;

/// <summary>Where disputes are kept. Its exceptions leave in doubt whether a change happened: each of these may be done again.</summary>
public interface IDisputeStore
{
    /// <summary>
    /// Notes how a dispute stands, as it was just read. Each time the bank takes the money, what is taken of the payment's credit is
    /// fixed and its card is charged no more. Null: there is no such payment.
    /// </summary>
    /// <exception cref="ProviderUnavailableException">
    /// Its payment is not booked yet, or credit of before is on its way: it must be told again.
    /// </exception>
    Task<Dispute?> NoteAsync(DisputeResult found, CancellationToken cancellationToken);

    /// <summary>
    /// Disputes whose credit is not where their status says and whose turn it is; each is out of reach then, longer each time.
    /// </summary>
    Task<List<Dispute>> FindUnsettledAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Notes what the wallet lost for it, by its adjustments, and that this is as the status says.</summary>
    Task NoteCreditAsync(Dispute dispute, CancellationToken cancellationToken);
}
