using Lava.Core;

namespace Lava.Tests.Core;

public sealed class CardNumberTests
{
    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("4242 4242 4242 4242")]
    [InlineData("4242-4242-4242-4242")]
    [InlineData("5555555555554444")]
    [InlineData("2223003122003222")]
    [InlineData("378282246310005")]
    [InlineData("6011111111111117")]
    [InlineData("3566002020360505")]
    [InlineData("36227206271667")]
    [InlineData("6205500000000000004")]
    [InlineData("501800000009")]
    public void Is_NumberOfABrand_HoweverItIsWritten(string number)
    {
        Assert.True(CardNumber.Is(number));
        Assert.True(CardNumber.Is("note", number));
        Assert.True(CardNumber.MayBe(number));
    }

    [Theory]
    [InlineData("4242424242424241")]
    [InlineData("1763782246310005")]
    [InlineData("4.242424242424242")]
    [InlineData("4242 4242 4242 4242 4242")]
    [InlineData("42424242424")]
    [InlineData("x4242424242424242")]
    [InlineData("+14155552671")]
    [InlineData("")]
    public void Is_AnythingElse_IsNot(string text) => Assert.False(CardNumber.Is(text));

    [Theory]
    [InlineData("user_id")]
    [InlineData("reference_id")]
    [InlineData("userId")]
    [InlineData("idempotency_key")]
    public void Is_WhatIsCalledAnId_IsNot(string name) => Assert.False(CardNumber.Is(name, "4242424242424242"));

    [Fact]
    public void MayBe_ShortAsAPhone_IsNotWhereOneIsExpected()
    {
        Assert.True(CardNumber.MayBe("378282246310005"));
        Assert.False(CardNumber.MayBe("378282246310005", 16));
    }
}
