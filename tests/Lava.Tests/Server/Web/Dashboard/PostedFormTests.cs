using System.Text.Json;
using Lava.Core;
using Lava.Server.Web.Dashboard;
using Lava.Server.Web.Dashboard.Forms;
using Microsoft.Extensions.Primitives;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class PostedFormTests
{
    private static readonly FormSpec Spec = new("/here", "Save",
    [
        new FormField("name", "Name") { IsRequired = true },
        new FormField("count", "Count", FieldKind.Number),
        new FormField("price", "Price", FieldKind.Amount) { Path = "price.amount" },
        new FormField("interval", "Interval", FieldKind.Choice)
        {
            Path = "price.interval", Options = [("month", "Month"), ("year", "Year")],
        },
        new FormField("on", "On", FieldKind.Flag),
        new FormField("meters", "Meters", FieldKind.Many) { Options = [("a", "A"), ("b", "B")] },
        new FormField("metadata", "Metadata", FieldKind.Json) { ClearsWhenEmpty = true },
        new FormField("until", "Until", FieldKind.Day),
        new FormField("fixed", "Fixed") { IsFixed = true },
        new FormField("note", "Note") { Path = "" },
    ]);

    [Fact]
    public void ToJson_FilledIn_IsTheApisDocument()
    {
        var form = Form(
            ("name", " Chat "), ("count", "12"), ("price", "$1,250.50"), ("interval", "month"), ("on", "on"), ("meters", new(["a", "b"])),
            ("metadata", """{"a":1}"""), ("until", "2026-12-31"), ("fixed", "x"), ("note", "n"), ("_form", "t"), ("other", "o"));
        Assert.Equal(
            """
            {"name":"Chat","count":12,"price":{"amount":"1250.50","interval":"month"},"on":true,"meters":["a","b"],
            """ + """
            "metadata":{"a":1},"until":"2026-12-31T00:00:00Z"}
            """,
            form.ToJson(Spec).ToJsonString());
    }

    [Fact]
    public void ToJson_Empty_LeavesOutOrClears() => Assert.Equal(
        """{"on":false,"meters":[],"metadata":null}""", Form(("name", ""), ("metadata", " ")).ToJson(Spec).ToJsonString());

    [Fact]
    public void ToJson_NotWhatItShouldBe_GoesAsTextForTheApiToRefuse() => Assert.Equal(
        """{"count":"many","on":false,"meters":[],"metadata":"{","until":"soon"}""",
        Form(("count", "many"), ("metadata", "{"), ("until", "soon")).ToJson(Spec).ToJsonString());

    [Theory]
    [InlineData("12,50", "12.50")]
    [InlineData("0,2", "0.2")]
    [InlineData("1,250.50", "1250.50")]
    [InlineData("1,250", "1250")]
    [InlineData("1,250,000", "1250000")]
    [InlineData("1.000,50", "1000.50")]
    [InlineData("1 000,50 $", "1000.50")]
    [InlineData("-5,5", "-5.5")]
    [InlineData("−$5.25", "-5.25")]
    [InlineData("$-5.25", "-5.25")]
    [InlineData("$ 3", "3")]
    [InlineData("0.0123456789", "0.0123456789")]
    [InlineData("0,0123456789", "0.0123456789")]
    [InlineData("2.125", "2.125")]
    public void ToJson_AmountAsPeopleTypeIt_IsWhatTheyMean(string typed, string amount) => Assert.Equal(
        amount, (string?)Form(("price", typed)).ToJson(Spec)["price"]?["amount"]);

    [Theory]
    [InlineData("0,200")]
    [InlineData("1234,567")]
    [InlineData("1,25,0")]
    [InlineData("1,2500")]
    [InlineData("1,25.50")]
    [InlineData("--5")]
    [InlineData("1.000.50")]
    [InlineData("0.01234567891")]
    [InlineData("much")]
    public void ToJson_AmountThatMayBeAnother_GoesAsTypedForTheApiToRefuse(string typed)
    {
        Assert.Equal(typed, (string?)Form(("price", typed)).ToJson(Spec)["price"]?["amount"]);
        Assert.False(Money.TryParse(typed, out _));
    }

    [Fact]
    public void Of_Document_FillsTheFieldsSoThatTheyGiveItBack()
    {
        const string Document =
            """{"name":"A","count":3,"price":{"amount":"2.50","interval":"year"},"on":true,"meters":["b"],"metadata":{"k":"v"},"x":1}""";
        using var json = JsonDocument.Parse(Document);
        var form = PostedForm.Of(Spec, json.RootElement);
        Assert.Equal(Document.Replace(",\"x\":1", "", StringComparison.Ordinal), form.ToJson(Spec).ToJsonString());
    }

    [Theory]
    [InlineData("10.0000000000", "10")]
    [InlineData("2.5000000000", "2.50")]
    [InlineData("0.0000000001", "0.0000000001")]
    [InlineData("5", "5")]
    [InlineData("-3.1000000000", "-3.10")]
    public void AsTyped_Amount_HasNoDigitsThatSayNothing(string amount, string typed) =>
        Assert.Equal(typed, PostedForm.AsTyped(amount));

    [Fact]
    public void Markup_OfRefusal_HasEachErrorBesideItsFieldAndTheOthersAbove()
    {
        using var json = JsonDocument.Parse(
            """
            {"error":{"message":"Wrong","details":[{"field":"price.amount","message":"too much"},{"field":"elsewhere","message":"odd"},
              {"field":"meters[0]","message":"unknown"}]}}
            """);
        var html = FormMarkup.Of(Spec, "token", Form(("price", "<9>")), new ApiAnswer(422, json.RootElement)).ToString();

        Assert.Contains("""<p class="error" id="price-error">too much</p>""", html, StringComparison.Ordinal);
        Assert.Contains("""value="&lt;9&gt;" aria-invalid="true" """, html, StringComparison.Ordinal);
        Assert.Contains("<li>elsewhere: odd</li>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("price.amount", html, StringComparison.Ordinal);
        Assert.Contains("""<p class="error" id="meters-error">unknown</p>""", html, StringComparison.Ordinal);
    }

    private static PostedForm Form(params (string Name, StringValues Value)[] fields) =>
        new(fields.ToDictionary(field => field.Name, field => field.Value));
}
