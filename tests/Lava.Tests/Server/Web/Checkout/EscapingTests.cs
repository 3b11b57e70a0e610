using AngleSharp.Dom;
using Lava.Billing.Checkout;
using Lava.Server.Web.Checkout;

namespace Lava.Tests.Server.Web.Checkout;

/// <summary>Whatever a text is, it is text: the page of a hostile one has the same elements as that of a harmless one.</summary>
public sealed class EscapingTests
{
    private const string Mark = "x7Zq";

    public static TheoryData<CheckoutStep, string> Texts
    {
        get
        {
            var data = new TheoryData<CheckoutStep, string>();
            foreach (var step in CheckoutViews.Steps)
            {
                foreach (var text in (string[])
                [
                    $"<script>{Mark}</script>", $"\" onload=\"{Mark}\" x=\"", $"' onload='{Mark}", $"</title></main><img src={Mark}>",
                    $"&lt;{Mark}&#60;", $"\u202e{Mark}\u2066\0\r\n", $"-->{Mark}<!--", $"\ud800{Mark}", $"{{{{{Mark}}}}}",
                ])
                {
                    data.Add(step, text);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Document_HostileText_IsText(CheckoutStep step, string text)
    {
        var hostile = CheckoutViews.Document(CheckoutViews.Of(step, text));
        var harmless = CheckoutViews.Document(CheckoutViews.Of(step, Mark));
        Assert.Equal(Shape(harmless), Shape(hostile));
        Assert.Contains(Mark, hostile.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://shop.example\"><script>")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://shop.example/?\" onclick=\"x")]
    public void Document_HostileOrigin_IsAnOriginOrNothing(string origin)
    {
        foreach (var isEmbedded in new[] { true, false })
        {
            var document = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Phone) with { Origin = origin }, isEmbedded);
            Assert.Contains(document.DocumentElement.GetAttribute("data-origin"), (string?[])["", "https://shop.example"]);
            Assert.All(document.QuerySelectorAll("a"), link => Assert.Equal("https://shop.example", link.GetAttribute("href")));
            Assert.Single(document.Scripts);
        }
    }

    [Fact]
    public void Document_NoSecret_IsInIt()
    {
        var html = CheckoutDocument.Of(CheckoutViews.Plain(CheckoutStep.Phone), new CheckoutPages(true, "US")).ToString();
        Assert.DoesNotContain("css_", html, StringComparison.Ordinal);
    }

    // Elements and attributes in their order; which country is chosen depends on the text.
    private static List<string> Shape(IDocument document) =>
    [
        .. document.All.Select(element =>
            $"{element.LocalName} {string.Join(' ', element.Attributes.Where(a => a.Name != "selected").Select(a => a.Name))}"),
    ];
}
