using Lava.Core;
using Lava.Postgres;

namespace Lava.Tests.Postgres;

public sealed class EntryRuleTests
{
    [Fact]
    public void Of_EveryKindButOverage_StandsAgainstAnAccountOfItsOwn()
    {
        // What was paid is paid, for credit before or for calls after.
        var contras = Enum.GetValues<EntryKind>().Where(kind => kind != EntryKind.Overage)
            .Select(kind => EntryRule.Of(kind).Contra).ToList();

        Assert.Equal(contras.Count, contras.Distinct().Count());
        Assert.DoesNotContain(contras, contra => contra is WalletKind.Customer or WalletKind.Merchant);
    }

    [Theory]
    [InlineData(EntryKind.Purchase, true, false)]
    [InlineData(EntryKind.Refund, false, true)]
    [InlineData(EntryKind.Correction, true, true)]
    [InlineData(EntryKind.Debt, true, false)]
    public void Allows_OnlyTheKindsOwnDirection(EntryKind kind, bool puts, bool takes)
    {
        var rule = EntryRule.Of(kind);

        Assert.Equal((puts, takes, false), (rule.Allows(new Money(1)), rule.Allows(new Money(-1)), rule.Allows(Money.Zero)));
    }
}
