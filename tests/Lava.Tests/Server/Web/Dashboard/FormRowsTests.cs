using System.Text.Json;
using Lava.Server.Web;
using Lava.Server.Web.Dashboard;
using Lava.Server.Web.Dashboard.Forms;
using Microsoft.Extensions.Primitives;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class FormRowsTests
{
    private static readonly FormRows Tiers = new(
        "tiers", "Tier", [new FormField("start", "from", FieldKind.Number), new FormField("rate", "rate", FieldKind.Amount)], 10);

    [Fact]
    public void Fold_RowsWithHoles_IsTheListAsTheApiNumbersIt()
    {
        var form = Tiers.Compact(
            Form(("tiers_0_start", "0"), ("tiers_0_rate", "$1,000.5"), ("tiers_3_start", "10"), ("tiers_5_rate", "2")));

        var body = form.ToJson(Spec(form));
        Tiers.Fold(body);

        Assert.Equal(
            """{"tiers":[{"start":0,"rate":"1000.5"},{"start":10},{"rate":"2"}]}""", body.ToJsonString());
    }

    [Fact]
    public void Fold_NoRows_IsAnEmptyListThatClears()
    {
        var body = PostedForm.Empty.ToJson(Spec(PostedForm.Empty));
        Tiers.Fold(body);
        Assert.Equal("""{"tiers":[]}""", body.ToJsonString());
    }

    [Fact]
    public void Fill_ADocument_SendsTheSameBack()
    {
        using var document = JsonDocument.Parse("""{"tiers":[{"start":0,"rate":"0.0200000000"},{"start":1000,"rate":"3.0000000000"}]}""");
        var form = Tiers.Fill(PostedForm.Empty, document.RootElement);
        Assert.Equal(("0.02", "3"), (form.Text("tiers_0_rate"), form.Text("tiers_1_rate")));
        var body = form.ToJson(Spec(form));
        Tiers.Fold(body);
        Assert.Equal("""{"tiers":[{"start":0,"rate":"0.02"},{"start":1000,"rate":"3"}]}""", body.ToJsonString());
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(4, 6)]
    [InlineData(10, 10)]
    public void Fields_FilledRows_LeaveRoomForMore(int filled, int shown)
    {
        var form = Form([.. Enumerable.Range(0, filled).Select(i => ($"tiers_{i}_rate", "1"))]);
        Assert.Equal(2 * shown, Tiers.Fields(form).Count());
    }

    [Fact]
    public void Of_WhatIsWrongWithARow_StandsBesideItsField()
    {
        var form = Form(("tiers_0_start", "0"), ("tiers_0_rate", "x"));
        using var error = JsonDocument.Parse(
            """{"error":{"message":"Wrong","details":[{"field":"tiers[0].rate","message":"must be a decimal"}]}}""");

        var page = FormMarkup.Of(Spec(form), "t", form, new ApiAnswer(400, error.RootElement)).ToString();

        Assert.Contains("""<p class="error" id="tiers_0_rate-error">must be a decimal</p>""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<li>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LinesOfText_StayLines() => Assert.Equal("<pre>a&#xA;b c</pre>", Markup.Of($"<pre>{"a\nb\u0001c"}</pre>").ToString());

    private static FormSpec Spec(PostedForm form) => new("/", "Send", [.. Tiers.Fields(form)]);

    private static PostedForm Form(params (string Name, string Value)[] values) =>
        new(values.ToDictionary(value => value.Name, value => new StringValues(value.Value)));
}
