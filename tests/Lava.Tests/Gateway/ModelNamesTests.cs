using Lava.Gateway;

namespace Lava.Tests.Gateway;

public sealed class ModelNamesTests
{
    private readonly ModelNames _names = new();

    [Fact]
    public void Get_SameBytesAgain_SameObject() => Assert.Same(_names.Get("gpt-4o-mini"u8), _names.Get("gpt-4o-mini"u8));

    [Fact]
    public void Get_MoreNamesThanPlaces_EachItsOwnText()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 2_000; i++)
            {
                var name = $"model-{i}";
                Assert.Equal(name, _names.Get(System.Text.Encoding.ASCII.GetBytes(name)));
            }
        }
    }

    [Theory]
    [InlineData("modèle")]
    [InlineData("")]
    public void Get_OtherText_AsUtf8Reads(string name) => Assert.Equal(name, _names.Get(System.Text.Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Get_NotUtf8_Replaced() => Assert.Equal("a\uFFFDb", _names.Get([(byte)'a', 0xFF, (byte)'b']));
}
