using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>What the page shows, by the session's row.</summary>
public static class CheckoutSteps
{
    /// <summary>The step of a visit: the first that holds.</summary>
    /// <param name="state">The row.</param>
    /// <param name="payment">The session's payment; null: none.</param>
    /// <param name="problem">Why it can't be bought; null: it can.</param>
    /// <param name="needsCard">A card, or an amount, is wanted and not chosen.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="now">PostgreSQL's clock.</param>
    public static CheckoutStep Of(
        CheckoutState state, CheckoutPayment? payment, CheckoutProblem? problem, bool needsCard, UInt256 visit, DateTimeOffset now)
    {
        if (state.Session.CompletedAt is not null)
        {
            return CheckoutStep.Done;
        }

        // Before the end of the session's time: a payment under way goes on, and is booked.
        if (payment is not null && OfPayment(payment, state.IsOwn(visit), now) is { } step)
        {
            return step;
        }

        return problem is not null ? CheckoutStep.Unavailable
            : state.Session.ExpiresAt <= now ? CheckoutStep.Expired
            : !state.IsVerified(visit, now) ? IsCodeOut(state, visit, now) ? CheckoutStep.Code : CheckoutStep.Phone
            : needsCard ? CheckoutStep.Card
            : CheckoutStep.Confirm;
    }

    private static CheckoutStep? OfPayment(CheckoutPayment payment, bool isOwn, DateTimeOffset now) => payment.Payment.Status switch
    {
        PaymentStatus.Attempting or PaymentStatus.Succeeded =>
            payment.Action == PaymentAction.Wanted && isOwn ? CheckoutStep.Authenticate : CheckoutStep.Processing,
        PaymentStatus.Review => CheckoutStep.Unavailable,
        PaymentStatus.Waiting when payment.Payment.Terms.Kind != PaymentKind.Renewal
            && now - DateTimeOffset.FromUnixTimeMilliseconds(Ids.UnixMilliseconds(payment.Payment.Id)) < CheckoutLimits.AttemptWithin =>
            CheckoutStep.Processing,
        _ => null,
    };

    private static bool IsCodeOut(CheckoutState state, UInt256 visit, DateTimeOffset now) =>
        state.IsOwn(visit) && state.VerifiedAt is null && state.CodeSentAt is { } sent && now - sent < CheckoutLimits.CodeLife;
}
