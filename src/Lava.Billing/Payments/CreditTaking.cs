using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// Takes back the credit of payments whose money went back, and gives it back where the money stayed. Each share has a key of its own: it
/// may be done again.
/// </summary>
public sealed class CreditTaking(CreditAdjustments adjustments, TimeProvider time)
{
    /// <summary>The keys of all that is taken or given back begin with one of these; no caller's may.</summary>
    public static readonly IReadOnlyList<string> KeyPrefixes = ["refund:", "dispute:"];

    private const int TriesMax = 5;

    /// <summary>
    /// Takes shares; what is spent is owed. Of a grant that has less, because it expired or was taken by hand, what it has.
    /// </summary>
    /// <param name="about">Whose, and why; its key is the prefix of the shares' keys.</param>
    /// <param name="shares">What is taken.</param>
    public async Task TakeAsync(NewAdjustment about, IEnumerable<CreditShare> shares)
    {
        foreach (var share in shares)
        {
            var adjustment = about with
            {
                Id = Ids.New(time),
                Kind = AdjustmentKind.Refund,
                Amount = share.Amount,
                GrantId = share.GrantId,
                IdempotencyKey = $"{about.IdempotencyKey}:{Ids.Format(IdPrefix.Grant, test: false, share.GrantId)}",
            };
            await TakeAsync(adjustment);
        }
    }

    /// <summary>Gives back all that was taken.</summary>
    public async Task GiveBackAsync(NewAdjustment about, Money taken)
    {
        var adjustment = about with
        {
            Id = Ids.New(time),
            Kind = AdjustmentKind.Correction,
            Amount = taken,
            IdempotencyKey = $"{about.IdempotencyKey}:back",
        };
        ThrowUnlessDone(adjustment, (await adjustments.AdjustAsync(adjustment, CancellationToken.None)).Outcome);
    }

    // What can be taken changes while it is asked for: a grant expires, or somebody takes it by hand.
    private async Task TakeAsync(NewAdjustment adjustment)
    {
        for (var attempt = 0; ; attempt++)
        {
            var result = await adjustments.AdjustAsync(adjustment, CancellationToken.None);
            if (result.Outcome != AdjustmentOutcome.GrantExceeded || attempt == TriesMax)
            {
                ThrowUnlessDone(adjustment, result.Outcome);
                return;
            }

            if (result.Limit <= Money.Zero)
            {
                return;
            }

            adjustment = adjustment with { Amount = result.Limit };
        }
    }

    // Whatever stands in the way, what was to be taken is not: it must not look as if it were.
    private static void ThrowUnlessDone(NewAdjustment adjustment, AdjustmentOutcome outcome)
    {
        if (outcome is not (AdjustmentOutcome.Booked or AdjustmentOutcome.Repeated))
        {
            throw new InvalidOperationException($"The adjustment {adjustment.IdempotencyKey} was not booked: {outcome}.");
        }
    }
}
