using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>
/// A checkout session as its page uses it. Each answer is what the page shows next; null: there is no such session. What a form got wrong
/// stands in <see cref="CheckoutView.Errors"/>; an act that does not fit the session's step changes nothing.
/// </summary>
public interface ICheckout
{
    /// <summary>How the session stands for this visit.</summary>
    Task<CheckoutView?> ShowAsync(CheckoutVisit visit, CancellationToken cancellationToken);

    /// <summary>Sends a code to a phone; takes the session over for this visit.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="country">ISO code; null where the number is in E.164 or only one phone may be verified.</param>
    /// <param name="number">National or E.164; null where only one phone may be verified.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<CheckoutView?> SendCodeAsync(CheckoutVisit visit, string? country, string? number, CancellationToken cancellationToken);

    /// <summary>Sends another code to the same phone.</summary>
    Task<CheckoutView?> ResendAsync(CheckoutVisit visit, CancellationToken cancellationToken);

    /// <summary>Back to the phone.</summary>
    Task<CheckoutView?> ChangePhoneAsync(CheckoutVisit visit, CancellationToken cancellationToken);

    /// <summary>Checks a code.</summary>
    Task<CheckoutView?> CheckCodeAsync(CheckoutVisit visit, string code, CancellationToken cancellationToken);

    /// <summary>Chooses the amount of a top-up.</summary>
    Task<CheckoutView?> ChooseAmountAsync(CheckoutVisit visit, Money amount, CancellationToken cancellationToken);

    /// <summary>A card was entered: its provider is asked for it.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="token">A test card's token in the sandbox; null elsewhere.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<CheckoutView?> SaveCardAsync(CheckoutVisit visit, string? token, CancellationToken cancellationToken);

    /// <summary>Chooses a card on file; null: another is to be entered.</summary>
    Task<CheckoutView?> ChooseCardAsync(CheckoutVisit visit, Guid? paymentMethodId, CancellationToken cancellationToken);

    /// <summary>Buys what was shown.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="quoted">The quote's hash as it was shown.</param>
    /// <param name="cancellationToken">Ends the wait; not the payment.</param>
    Task<CheckoutView?> PayAsync(CheckoutVisit visit, string quoted, CancellationToken cancellationToken);

    /// <summary>The customer has answered the bank.</summary>
    Task<CheckoutView?> AuthenticateAsync(CheckoutVisit visit, bool isDone, CancellationToken cancellationToken);
}
