using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Billing.Payments;

public sealed class WholeCentsTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.01", "0.01")]
    [InlineData("0.0100000001", "0.02")]
    [InlineData("9.9999999999", "10")]
    [InlineData("1.2345", "1.24")]
    public void Up_Amount_IsTheNextCent(string amount, string cents) =>
        Assert.Equal(Money.Parse(cents), WholeCents.Up(Money.Parse(amount)));

    // What is added is credit where overage is paid: nobody loses it.
    [Theory]
    [InlineData("1.234", "0", "1.24", "0")]
    [InlineData("0", "1.234", "0", "1.24")]
    [InlineData("1.234", "1.005", "1.234", "1.006")]
    [InlineData("1.25", "0.75", "1.25", "0.75")]
    public void Of_Payment_RoundsTheSumOnce(string fee, string overage, string roundedFee, string roundedOverage)
    {
        var rounded = WholeCents.Of(Payment(fee, overage));
        Assert.Equal((Money.Parse(roundedFee), Money.Parse(roundedOverage)), (rounded.Fee, rounded.Overage));
    }

    private static NewPayment Payment(string fee, string overage) => new()
    {
        Kind = PaymentKind.Renewal,
        MerchantId = default,
        CustomerId = default,
        WalletId = 1,
        Fee = Money.Parse(fee),
        Overage = Money.Parse(overage),
    };
}
