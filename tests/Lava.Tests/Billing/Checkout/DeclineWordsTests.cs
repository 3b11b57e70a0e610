using Lava.Billing.Checkout;

namespace Lava.Tests.Billing.Checkout;

public sealed class DeclineWordsTests
{
    [Theory]
    [InlineData("insufficient_funds", "insufficient funds")]
    [InlineData("invalid_expiry_year", "date")]
    [InlineData("card_velocity_exceeded", "limit")]
    [InlineData("try_again_later", "Nothing was charged")]
    [InlineData("transaction_not_allowed", "this kind of purchase")]
    [InlineData("testmode_decline", "test card")]
    public void Of_WhatItsOwnerCanMend_IsSaid(string code, string words) =>
        Assert.Contains(words, DeclineWords.Of(code), StringComparison.Ordinal);

    [Theory]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    [InlineData("pickup_card")]
    [InlineData("fraudulent")]
    [InlineData("merchant_blacklist")]
    [InlineData("Words of a bank!")]
    [InlineData(null)]
    public void Of_WhatBanksKeepToThemselves_IsOnlyDeclined(string? code) =>
        Assert.Equal(DeclineWords.Of("generic_decline"), DeclineWords.Of(code));
}
