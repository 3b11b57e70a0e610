using Lava.Billing.Overage;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// The way out for a payment in review: a person says whether what was taken is booked or goes back. What that is says the provider at
/// that moment, not what was ordered. Each decision may be made again; the first one holds.
/// </summary>
public sealed class PaymentReviews(
    IPaymentReviewStore store, PaymentProviders providers, CardPayments cards, Refunds refunds, LiveFloors floors,
    ICustomerChanges changes, TimeProvider time)
{
    /// <summary>Decides.</summary>
    public async Task<ReviewResult> DecideAsync(
        Guid merchantId, Guid paymentId, ReviewDecision decision, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(merchantId, paymentId, cancellationToken) is not { } attempt)
        {
            return new ReviewResult(ReviewOutcome.NoPayment);
        }

        if (attempt.Payment.Status != PaymentStatus.Review)
        {
            return await TellAsync(attempt.Payment, decision, cancellationToken);
        }

        if (attempt.ProviderReference is null || providers.Of(attempt.IsTest) is not { } provider || provider.Kind != attempt.Provider)
        {
            return new ReviewResult(ReviewOutcome.NoProvider, attempt.Payment);
        }

        try
        {
            var stopped = decision == ReviewDecision.Credit
                ? await CreditAsync(provider, attempt)
                : await RefuseAsync(provider, attempt);
            if (stopped is { } outcome)
            {
                return new ReviewResult(outcome, attempt.Payment);
            }
        }
        catch (Exception away) when (away is ProviderUnavailableException or ProviderRefusedException or HttpRequestException)
        {
            return new ReviewResult(ReviewOutcome.NoAnswer, attempt.Payment);
        }

        var decided = await store.FindAsync(merchantId, paymentId, CancellationToken.None);
        return await TellAsync(decided!.Payment, decision, CancellationToken.None);
    }

    private async Task<ReviewOutcome?> CreditAsync(IPaymentProvider provider, PaymentAttempt attempt)
    {
        var taken = await provider.ReadTakenAsync(attempt.ProviderReference!, attempt.IsTest, CancellationToken.None);
        if (!taken.IsInDollars)
        {
            return ReviewOutcome.OtherCurrency;
        }

        if (taken.Received <= Money.Zero)
        {
            return ReviewOutcome.NothingTaken;
        }

        await cards.AcceptAsync(attempt, taken.Received);
        return null;
    }

    private async Task<ReviewOutcome?> RefuseAsync(IPaymentProvider provider, PaymentAttempt attempt)
    {
        var name = attempt.ProviderReference!;
        var taken = await provider.ReadTakenAsync(name, attempt.IsTest, CancellationToken.None);
        if (!taken.IsOver)
        {
            // Nothing may be taken once it was said that nothing was.
            await cards.EndChargeAsync(attempt);
            taken = await provider.ReadTakenAsync(name, attempt.IsTest, CancellationToken.None);
        }

        if (!taken.IsOver)
        {
            return ReviewOutcome.NoAnswer;
        }

        var back = Money.Zero;
        if (taken.Received > Money.Zero)
        {
            // Whoever looked at it may have given it back there.
            var made = await provider.ListRefundsAsync(name, attempt.IsTest, CancellationToken.None);
            back = made.Where(refund => refund.Status != RefundStatus.Failed).Aggregate(back, (sum, refund) => sum + refund.Amount);
        }

        var refundId = Ids.New(time);
        var left = Money.Max(taken.Received - back, Money.Zero);
        var refused = await store.RefuseAsync(attempt, left, refundId, CancellationToken.None);
        floors.Set(refused.Floor);
        await changes.RefreshAsync(refused.Payment.Terms.MerchantId, refused.Payment.Terms.CustomerId);
        await refunds.RunAsync(refundId);
        return null;
    }

    // What was given back at the provider while nobody knew of the payment takes its credit now.
    private async Task<ReviewResult> TellAsync(
        Payment payment, ReviewDecision decision, CancellationToken cancellationToken)
    {
        if (payment.Decision != decision)
        {
            return new ReviewResult(ReviewOutcome.NotInReview, payment);
        }

        if (payment is { Decision: ReviewDecision.Credit, ProviderReference: { } charge })
        {
            try
            {
                await refunds.LookAsync(charge, cancellationToken);
            }
            catch (Exception away) when (away is ProviderUnavailableException or ProviderRefusedException or HttpRequestException)
            {
                return new ReviewResult(ReviewOutcome.NoAnswer, payment);
            }
        }

        return new ReviewResult(ReviewOutcome.Done, payment);
    }
}
