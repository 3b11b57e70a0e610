using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// Takes back the credit of payments whose money went back, and gives it back where the money stayed. Each share has a key of its own: it
/// may be done again.
/// </summary>
public sealed class CreditTaking(CreditAdjustments adjustments, TimeProvider time)
{
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
            var result = await adjustments.AdjustAsync(adjustment, CancellationToken.None);
            if (result.Outcome == AdjustmentOutcome.GrantExceeded && result.Limit > Money.Zero)
            {
                await adjustments.AdjustAsync(adjustment with { Amount = result.Limit }, CancellationToken.None);
            }
        }
    }

    /// <summary>Gives back all that was taken.</summary>
    public Task GiveBackAsync(NewAdjustment about, Money taken) => adjustments.AdjustAsync(
        about with
        {
            Id = Ids.New(time),
            Kind = AdjustmentKind.Correction,
            Amount = taken,
            IdempotencyKey = $"{about.IdempotencyKey}:back",
        },
        CancellationToken.None);
}
