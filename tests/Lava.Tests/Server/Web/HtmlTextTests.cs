using Lava.Server.Web;

namespace Lava.Tests.Server.Web;

public sealed class HtmlTextTests
{
    [Fact]
    public void Of_Text_IsEncoded()
    {
        var hostile = "\"'<>&\u202e</p>";
        Assert.Equal(
            "<p title=\"&quot;&#x27;&lt;&gt;&amp;&#x202E;&lt;/p&gt;\">7</p>", Markup.Of($"<p title=\"{hostile}\">{7}</p>").ToString());
    }

    [Fact]
    public void Of_ControlCharacters_AreBlanksButEndsOfLines() =>
        Assert.Equal("<pre>a b&#xA;c </pre>", Markup.Of($"<pre>{"a\tb\nc\0"}</pre>").ToString());

    [Fact]
    public void Of_Markup_StaysAsItIs()
    {
        Markup[] rows = [Markup.Of($"<li>{"<a>"}</li>"), Markup.Empty, Markup.Of($"<li>b</li>")];
        Assert.Equal("<ul><li>&lt;a&gt;</li><li>b</li></ul>", Markup.Of($"<ul>{rows}</ul>").ToString());
    }
}
