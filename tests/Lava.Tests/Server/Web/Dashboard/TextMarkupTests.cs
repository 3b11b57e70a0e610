using Lava.Server.Web.Dashboard.Html;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class TextMarkupTests
{
    [Fact]
    public void Name_Hostile_IsTextWithAnEndOfItsDirection() => Assert.Equal(
        "<bdi>&lt;script&gt;a&#xFFFD;b&lt;/script&gt;</bdi>", TextMarkup.Name("<script>a\u202Eb</script>").ToString());

    [Fact]
    public void Name_Long_IsCutBetweenCharactersWithTheWholeInItsTitle()
    {
        var name = new string('a', TextMarkup.LengthMax - 1) + "😀" + new string('b', 9_000);
        var markup = TextMarkup.Name(name).ToString();

        Assert.EndsWith($">{new string('a', TextMarkup.LengthMax - 1)}…</bdi>", markup, StringComparison.Ordinal);
        Assert.Contains(new string('b', 9_000) + "\">", markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData("../../etc/passwd", "UTC")]
    [InlineData("Nowhere/Land", "UTC")]
    [InlineData("", "UTC")]
    [InlineData(null, "UTC")]
    public void Zone_OfACookie_IsOneThatThisMachineKnows(string? name, string zone) => Assert.Equal(zone, ViewerZone.Of(name).Name);
}
