using Lava.Billing.Credits;
using Lava.Billing.Overage;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Wallets;

namespace Lava.Tests.Billing.Payments;

public sealed class WatchVerdictTests
{
    private static readonly TopUpBundle Bundle = new(Guid.NewGuid(), Money.FromDollars(10), Money.FromDollars(12));

    // Mark 1.00; overage up to 5, charged per 1.
    [Theory]
    [InlineData("2", "Fine", "0", "0.9999999999")]
    [InlineData("1", "Fine", "0", "0.9999999999")]
    [InlineData("0.5", "Low", "0", "0")]
    [InlineData("0", "Low", "0", "-1")]
    [InlineData("-0.5", "Low", "0", "-1")]
    [InlineData("-1", "Low", "1", "-5")]
    [InlineData("-3.7", "Low", "3", "-5")]
    [InlineData("-5", "Empty", "5", null)]
    [InlineData("-7.2", "Empty", "5", null)]
    public void Of_AutoCharge_ChargesWholeIncrements(string posted, string level, string overage, string? alertAt) =>
        AssertVerdict(Charging(), posted, level, overage, alertAt);

    [Theory]
    [InlineData(OverageHindrance.NoPaymentMethod)]
    [InlineData(OverageHindrance.CardDeclined)]
    [InlineData(OverageHindrance.PastDue)]
    public void Of_Hindered_ChargesNothingAndIsEmptyAtZero(OverageHindrance hindrance)
    {
        AssertVerdict(Charging() with { Hindrance = hindrance }, "-1.5", "Empty", "0", null);
        AssertVerdict(Charging() with { Hindrance = hindrance }, "0.5", "Low", "0", "0");
    }

    [Fact]
    public void Of_AutoCharge_NeverMoreThanTheCyclesLimit() =>
        AssertVerdict(Charging() with { Charged = Money.Parse("3") }, "-3", "Empty", "2", null);

    [Fact]
    public void Of_OpenPayment_ChargesNothing()
    {
        var verdict = WatchVerdict.Of(Wallet("-2", Charging()) with { HasOpenPayment = true }, isShort: true);
        Assert.Equal((Money.Zero, Money.Parse("-5")), (verdict.Overage, verdict.AlertAt));
    }

    [Theory]
    [InlineData("0.01", false, false)]
    [InlineData("0.01", true, true)]
    [InlineData("0", false, true)]
    [InlineData("-1", false, true)]
    public void Of_AutoTopUp_BuysWhenEmptyOrShort(string posted, bool isShort, bool buys)
    {
        var terms = new OverageTerms(OverageMode.AutoTopUp, Money.Zero, Money.Zero, Money.Zero, OverageHindrance.None);
        Assert.Equal(buys ? Bundle : null, WatchVerdict.Of(Wallet(posted, terms), isShort).TopUp);
        Assert.Null(WatchVerdict.Of(Wallet(posted, terms with { Hindrance = OverageHindrance.CardDeclined }), isShort).TopUp);
        Assert.Null(WatchVerdict.Of(Wallet(posted, default), isShort).TopUp);
    }

    [Theory]
    [InlineData("5", "0", OverageHindrance.None, "-5")]
    [InlineData("5", "3.5", OverageHindrance.None, "-1.5")]
    [InlineData("5", "5", OverageHindrance.None, "0")]
    [InlineData("5", "6", OverageHindrance.None, "0")]
    [InlineData("5", "0", OverageHindrance.CardDeclined, "0")]
    [InlineData("5", "0", OverageHindrance.NoPaymentMethod, "0")]
    [InlineData("5", "0", OverageHindrance.PastDue, "0")]
    public void Floor_Terms_IsWhatTheLimitLeaves(string limit, string charged, OverageHindrance hindrance, string floor)
    {
        var terms = Charging() with { Limit = Money.Parse(limit), Charged = Money.Parse(charged), Hindrance = hindrance };
        Assert.Equal(Money.Parse(floor), OverageFloor.Of(terms));
        Assert.Equal(Money.Zero, OverageFloor.Of(terms with { Mode = OverageMode.AutoTopUp }));
        Assert.Equal(Money.Zero, OverageFloor.Of(terms with { Mode = OverageMode.Block }));
    }

    [Fact]
    public void LiveFloors_OlderStateComesLate_TheLaterStays()
    {
        using var wallets = new WalletStore(10);
        wallets.Open(1, Money.Zero, Money.Zero);
        var floors = new LiveFloors(wallets);

        floors.Set(new WalletFloor(1, Money.Zero, 6));
        floors.Set(new WalletFloor(1, Money.Parse("-5"), 5));
        Assert.Equal(Money.Zero, Floor());

        floors.Set(new WalletFloor(1, Money.Parse("-4"), 7));
        Assert.Equal(Money.Parse("-4"), Floor());

        Money Floor() => wallets.TryRead(1, out var live) ? live.Floor : throw new InvalidOperationException();
    }

    private static OverageTerms Charging() =>
        new(OverageMode.AutoCharge, Money.Parse("5"), Money.Parse("1"), Money.Zero, OverageHindrance.None);

    private static WatchedWallet Wallet(string posted, OverageTerms terms) =>
        new(Money.Parse(posted), Money.Parse("1"), BalanceLevel.Fine, terms, Bundle, HasOpenPayment: false);

    private static void AssertVerdict(OverageTerms terms, string posted, string level, string overage, string? alertAt)
    {
        var verdict = WatchVerdict.Of(Wallet(posted, terms), isShort: false);
        Assert.Equal(level, verdict.Level.ToString());
        Assert.Equal(Money.Parse(overage), verdict.Overage);
        Assert.Equal(alertAt is null ? null : Money.Parse(alertAt), verdict.AlertAt);
        Assert.Null(verdict.TopUp);
    }
}
