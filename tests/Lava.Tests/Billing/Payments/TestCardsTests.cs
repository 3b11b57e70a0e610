using Lava.Billing.Payments;

namespace Lava.Tests.Billing.Payments;

public sealed class TestCardsTests
{
    [Fact]
    public void All_Rows_AreSoundAndUnique()
    {
        Assert.Equal(TestCards.All.Count, TestCards.All.DistinctBy(card => card.Number).Count());
        Assert.Equal(TestCards.All.Count, TestCards.All.DistinctBy(card => card.Token).Count());
        Assert.All(TestCards.All, card =>
        {
            Assert.Matches("^[0-9]{14,16}$", card.Number);
            Assert.Equal(0, card.Number.Reverse().Select((c, i) => (c - '0') * (1 + (i % 2))).Sum(v => v > 9 ? v - 9 : v) % 10);
            Assert.StartsWith("pm_card_", card.Token, StringComparison.Ordinal);
            Assert.Contains(card.After, (string[])["none", "dispute", "refund_fails", "refund_pending"]);
        });
    }

    [Fact]
    public void All_TokensThatTheSandboxKnew_KeepTheirCard() => Assert.All(
        TestCards.All.Select(card => (Card: card, Known: SandboxPayments.FindCard(card.Token))).Where(pair => pair.Known is not null),
        pair => Assert.Equal((pair.Known!.Brand, pair.Known.Last4), (pair.Card.Brand, pair.Card.Last4)));
}
