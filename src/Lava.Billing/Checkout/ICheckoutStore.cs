using Lava.Billing.Overage;
using Lava.Billing.Payments;

namespace Lava.Billing.Checkout;

/// <summary>
/// Where checkout sessions are kept. Each change is one transaction with the session locked, in which the change is decided: of two at
/// once the second decides by what the first has left. All answers: null, there is no such session.
/// </summary>
public interface ICheckoutStore
{
    /// <summary>A session as it stands.</summary>
    Task<CheckoutRecord?> FindAsync(Guid sessionId, CancellationToken cancellationToken);

    /// <summary>Changes a session's row.</summary>
    Task<CheckoutRecord?> ChangeAsync(
        Guid sessionId, Func<CheckoutRecord, CheckoutState> change, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a session's row for a message to a phone; one that is counted by the row counts for the phone and the merchant, too.
    /// </summary>
    Task<CheckoutRecord?> SendAsync(
        Guid sessionId, string phone, Func<CheckoutRecord, CodeSendCounts, CheckoutState> change, CancellationToken cancellationToken);

    /// <summary>The phone is verified: finds who buys, or makes a draft of a customer.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="newCustomerId">The draft's id, where one is made.</param>
    /// <param name="mayVerify">Is it still this visit's code?</param>
    /// <param name="settle">The row for the buyer: a card, a quote.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<CheckoutRecord?> VerifyAsync(
        Guid sessionId, Guid newCustomerId, Func<CheckoutRecord, bool> mayVerify, Func<CheckoutRecord, CheckoutState> settle,
        CancellationToken cancellationToken);

    /// <summary>
    /// Puts a card on file for the buyer, as the one that is chosen; the same card again takes its row's place. Nothing where the entry
    /// is not the session's any more.
    /// </summary>
    Task<(CheckoutRecord Record, WalletFloor? Floor)?> AddCardAsync(
        Guid sessionId, string setupReference, PaymentMethod card, string? fingerprint, CancellationToken cancellationToken);

    /// <summary>Buys, or what else is decided.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="newId">Of the payment or the subscription that is made.</param>
    /// <param name="decide">Decides, with the session locked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<CheckoutActed?> ActAsync(
        Guid sessionId, Guid newId, Func<CheckoutRecord, CheckoutDecision> decide, CancellationToken cancellationToken);

    /// <summary>The provider's name of a customer; null: it has none yet.</summary>
    Task<string?> FindCustomerReferenceAsync(Guid customerId, PaymentProviderKind provider, CancellationToken cancellationToken);

    /// <summary>Notes the provider's name of a customer; the first stays. The one that counts.</summary>
    Task<string> NoteCustomerReferenceAsync(
        Guid customerId, PaymentProviderKind provider, string reference, CancellationToken cancellationToken);

    /// <summary>Forgets what has no use any more: see <see cref="CheckoutLimits"/>.</summary>
    Task RemoveOldAsync(CancellationToken cancellationToken);
}
