using FsCheck;
using FsCheck.Fluent;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Payments;

/// <summary>Refunds and disputes in proportion, against sums of big integers.</summary>
public sealed class CreditSharesTests
{
    private const int Runs = 500;

    [Fact]
    public void Of_PartsOfAPayment_TakeInProportionAndAllInTheEnd()
    {
        var lives = from paid in Gen.Choose(1, 1_000_000)
                    from grants in Gen.Choose(0, int.MaxValue).ArrayOf(3)
                    from parts in Gen.Choose(0, 400_000).ArrayOf()
                    select (paid, grants, parts);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Runs),
            Prop.ForAll(Arb.From(lives), life => Live(life.paid, life.grants, life.parts)));
    }

    private static void Live(long paid, int[] grants, int[] parts)
    {
        // Beyond 32 bits, so that the product is beyond 64.
        var amounts = grants.Select(grant => grant * 1_000_003L).ToArray();
        var ids = amounts.Select(_ => Guid.NewGuid()).ToArray();
        var taken = new long[amounts.Length];
        var back = 0L;
        foreach (var part in parts.Select(part => (long)part).Append(long.MaxValue))
        {
            var amount = Math.Min(part, paid - back);
            if (amount == 0)
            {
                continue;
            }

            var shares = CreditShares.Of(
                new Money(paid), new Money(back), new Money(amount),
                ids.Select((id, i) => new GivenGrant(id, new Money(amounts[i]), new Money(taken[i]))));
            back += amount;
            foreach (var share in shares)
            {
                Assert.True(share.Amount > Money.Zero);
                taken[Array.IndexOf(ids, share.GrantId)] += share.Amount.Units;
            }

            for (var i = 0; i < taken.Length; i++)
            {
                Assert.Equal((long)((System.Numerics.BigInteger)amounts[i] * back / paid), taken[i]);
            }
        }

        Assert.Equal(amounts, taken);
    }

    [Fact]
    public void Of_MoreThanWasPaid_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => CreditShares.Of(new Money(10), new Money(6), new Money(5), []));
}
