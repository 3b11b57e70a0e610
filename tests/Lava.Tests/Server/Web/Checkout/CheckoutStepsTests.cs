using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Core;

namespace Lava.Tests.Server.Web.Checkout;

public sealed class CheckoutStepsTests
{
    public static TheoryData<CheckoutStep, bool> Pages
    {
        get
        {
            var data = new TheoryData<CheckoutStep, bool>();
            foreach (var step in CheckoutViews.Steps)
            {
                data.Add(step, true);
                data.Add(step, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Document_EveryStep_IsWholeAndLabelled(CheckoutStep step, bool isEmbedded)
    {
        foreach (var view in new[] { CheckoutViews.Of(step), CheckoutViews.Plain(step) })
        {
            var document = CheckoutViews.Document(view, isEmbedded);
            var main = document.QuerySelector("main")!;
            var heading = Assert.Single(document.QuerySelectorAll("h1"));
            Assert.Equal(heading.Id, main.GetAttribute("aria-labelledby"));
            Assert.Equal("-1", heading.GetAttribute("tabindex"));
            Assert.Equal(step.ToString().ToLowerInvariant(), main.GetAttribute("data-step"));
            Assert.Equal($"{heading.TextContent} · Acme", document.Title);
            Assert.Equal(document.Title, main.GetAttribute("data-title"));
            Assert.Equal("en", document.DocumentElement.GetAttribute("lang"));

            var ids = document.QuerySelectorAll("[id]").Select(element => element.Id).ToArray();
            Assert.Equal(ids.Length, ids.Distinct().Count());
            Assert.All(document.QuerySelectorAll("input:not([type=hidden]):not([type=radio]), select"), field =>
                Assert.Single(document.QuerySelectorAll($"label[for={field.Id}]")));
            foreach (var attribute in (string[])["aria-describedby", "aria-labelledby"])
            {
                Assert.All(
                    document.QuerySelectorAll($"[{attribute}]").SelectMany(element => element.GetAttribute(attribute)!.Split(' ')),
                    id => Assert.NotNull(document.GetElementById(id)));
            }

            // The page's policy runs and styles nothing inline, and no form leaves by itself.
            Assert.Empty(document.QuerySelectorAll("[style], style, script:not([src]), form[action], iframe"));
            Assert.DoesNotContain(
                document.All.SelectMany(element => element.Attributes), a => a.Name.StartsWith("on", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(CheckoutStep.Phone, "phone", "Text me a code")]
    [InlineData(CheckoutStep.Code, "code", "Continue")]
    [InlineData(CheckoutStep.Card, "card", "Continue")]
    [InlineData(CheckoutStep.Confirm, "pay", "Pay $25.00")]
    public void Form_Step_HasOnePrimaryButton(CheckoutStep step, string act, string name)
    {
        var document = CheckoutViews.Document(CheckoutViews.Plain(step));
        var form = Assert.Single(document.QuerySelectorAll("form"));
        Assert.Equal(act, form.GetAttribute("data-act"));
        var button = Assert.Single(document.QuerySelectorAll(".primary"));
        Assert.Equal((name, "submit"), (button.TextContent, button.GetAttribute("type")));
    }

    [Theory]
    [InlineData(CheckoutStep.Confirm, true, true)]
    [InlineData(CheckoutStep.Confirm, false, false)]
    [InlineData(CheckoutStep.Expired, false, true)]
    [InlineData(CheckoutStep.Processing, true, true)]
    public void Contact_IsTold_WhereSomethingIsWrong(CheckoutStep step, bool hasErrors, bool isTold)
    {
        var view = CheckoutViews.Of(step);
        var page = CheckoutViews.Document(view with { SupportContact = "help@acme.example", Errors = hasErrors ? view.Errors : [] });
        Assert.Equal(isTold ? ["help@acme.example"] : [], page.QuerySelectorAll(".contact bdi").Select(contact => contact.TextContent));
    }

    [Fact]
    public void Trail_Step_SaysWhichOfHowMany()
    {
        Assert.Equal("Step 2 of 4", CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Code)).QuerySelector(".trail")!.TextContent);
        Assert.Null(CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Done)).QuerySelector(".trail"));
    }

    [Fact]
    public void Summary_Offer_ShowsPriceAndContents()
    {
        var summary = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Phone)).QuerySelector(".summary")!;
        Assert.Equal("$25.00", summary.QuerySelector(".amount")!.TextContent);
        Assert.Equal("per month", summary.QuerySelector(".per")!.TextContent);
        Assert.Equal(["$20.00 of credit each month", "Acme"], summary.QuerySelectorAll("li").Select(line => line.TextContent));
    }

    [Fact]
    public void Summary_Onboarding_IsNotThere() => Assert.Null(
        CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Phone) with { Offer = null }).QuerySelector(".summary"));

    [Fact]
    public void Errors_Field_StandBelowItAndAreNamedByIt()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Code) with { Errors = [new CheckoutError("code", "Wrong.")] };
        var field = CheckoutViews.Document(view).GetElementById("code")!;
        Assert.Equal("true", field.GetAttribute("aria-invalid"));
        Assert.Equal("code-error", field.GetAttribute("aria-describedby"));
        Assert.Equal(("code-error", "Wrong."), (field.NextElementSibling!.Id, field.NextElementSibling.TextContent));
        Assert.Null(CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Code)).QuerySelector("[aria-invalid]"));
    }

    [Fact]
    public void Errors_WholeForm_AreTold()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Confirm) with { Errors = [new CheckoutError("", "The price has changed.")] };
        var alert = CheckoutViews.Document(view).QuerySelector("[role=alert]")!;
        Assert.Equal("The price has changed.", alert.TextContent);
        Assert.False(alert.HasAttribute("hidden"));
    }

    [Theory]
    [InlineData(CheckoutStep.Code, "phone")]
    [InlineData(CheckoutStep.Phone, "code")]
    [InlineData(CheckoutStep.Card, "phone")]
    [InlineData(CheckoutStep.Confirm, "amount")]
    [InlineData(CheckoutStep.Authenticate, "card")]
    public void Errors_FieldThatIsNotShown_AreTold(CheckoutStep step, string field)
    {
        var view = CheckoutViews.Plain(step) with { Errors = [new CheckoutError(field, "Too late.")] };
        var alert = CheckoutViews.Document(view).QuerySelector(".alert[role=alert]:not([hidden])")!;
        Assert.Equal(("Too late.", "-1"), (alert.TextContent, alert.GetAttribute("tabindex")));
    }

    [Fact]
    public void Errors_FieldThatIsShown_AreNotToldTwice()
    {
        var fields = new Dictionary<CheckoutStep, string[]>
        {
            [CheckoutStep.Phone] = ["phone", "country"],
            [CheckoutStep.Code] = ["code"],
            [CheckoutStep.Card] = ["card"],
            [CheckoutStep.Confirm] = ["card"],
        };
        foreach (var (step, shown) in fields)
        {
            var view = CheckoutViews.Plain(step) with { Errors = [.. shown.Select(field => new CheckoutError(field, "Wrong."))] };
            var document = CheckoutViews.Document(view);
            Assert.True(document.QuerySelector(".alert")!.HasAttribute("hidden"));
            Assert.All(shown, field => Assert.Equal("Wrong.", document.GetElementById($"{field}-error")!.TextContent));
        }
    }

    [Fact]
    public void Errors_PhoneThatIsKnown_AreTold()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Phone) with
        {
            Phone = new PhonePrompt("•••• 2671", null, null),
            Errors = [new CheckoutError("phone", "Too many codes.")],
        };
        Assert.Equal("Too many codes.", CheckoutViews.Document(view).QuerySelector("[role=alert]:not([hidden])")!.TextContent);
    }

    [Fact]
    public void Confirm_CardError_IsAnAlertBesideTheCard()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Confirm) with { Errors = [new CheckoutError("card", "Declined.")] };
        var error = CheckoutViews.Document(view).GetElementById("card-error")!;
        Assert.Equal(("alert", "-1"), (error.GetAttribute("role"), error.GetAttribute("tabindex")));
    }

    [Fact]
    public void Card_StripeError_IsNamedByTheNumbersSlot()
    {
        var view = CheckoutViews.Of(CheckoutStep.Card) with { Errors = [new CheckoutError("card", "Declined.")] };
        var slot = CheckoutViews.Document(view).GetElementById("card")!;
        Assert.Equal(
            ("true", "card-error", "-1"),
            (slot.GetAttribute("aria-invalid"), slot.GetAttribute("aria-describedby"), slot.GetAttribute("tabindex")));
    }

    [Fact]
    public void Done_OtherVisit_SaysOnlyThatItIsComplete()
    {
        var document = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Done) with { ConnectionId = null });
        Assert.Equal("This checkout is complete", document.QuerySelector("h1")!.TextContent);
        Assert.False(document.QuerySelector("main")!.HasAttribute("data-connection"));
        Assert.Null(document.QuerySelector(".quote"));
        Assert.Equal("Close", document.QuerySelector(".primary[data-leave]")!.TextContent);
    }

    [Fact]
    public void Done_OwnVisit_NamesTheConnection()
    {
        var document = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Done));
        Assert.Equal("Acme", document.QuerySelector("main")!.GetAttribute("data-connection"));
        Assert.Equal("Done", document.QuerySelector(".primary[data-leave]")!.TextContent);
        var earlier = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Confirm));
        Assert.False(earlier.QuerySelector("main")!.HasAttribute("data-connection"));
    }

    [Theory]
    [InlineData(CheckoutStep.Card)]
    [InlineData(CheckoutStep.Confirm)]
    public void TopUp_Amount_CanBeChanged(CheckoutStep step)
    {
        var view = CheckoutViews.Plain(step) with { Mode = CheckoutMode.TopUp, Amount = Money.FromDollars(30) };
        Assert.Equal("Change amount", CheckoutViews.Document(view).QuerySelector("[data-act=change-amount]")!.TextContent);
        Assert.Null(CheckoutViews.Document(view with { Mode = CheckoutMode.CreditBundle }).QuerySelector("[data-act=change-amount]"));
        var form = CheckoutViews.Document(view with { Step = CheckoutStep.Card, AsksForAmount = true });
        Assert.Equal("Keep $30.00", form.QuerySelector("[data-act=state]")!.TextContent);
    }

    [Fact]
    public void Card_Sandbox_HasNoNamedField()
    {
        var form = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Card)).QuerySelector("form")!;
        Assert.Equal(3, form.QuerySelectorAll("input").Length);
        Assert.Empty(form.QuerySelectorAll("[name]"));
    }

    [Fact]
    public void Card_Stripe_IsEnteredInStripesFrames()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Card) with
        {
            Card = new CardEntry(PaymentProviderKind.Stripe, "pk_test_1", "seti_1_secret_2", "https://js.stripe.com/endive/stripe.js"),
        };
        var main = CheckoutViews.Document(view).QuerySelector("main")!;
        Assert.Equal("card-stripe", main.GetAttribute("data-module"));
        Assert.Empty(main.QuerySelectorAll("input"));
        Assert.Equal(
            ["cardNumber", "cardExpiry", "cardCvc"],
            main.QuerySelectorAll("[data-element]").Select(slot => slot.GetAttribute("data-element")));
    }

    [Fact]
    public void Card_TopUpWithoutAmount_AsksForIt()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Card) with { AsksForAmount = true };
        var form = CheckoutViews.Document(view).QuerySelector("form")!;
        Assert.Equal("amount", form.GetAttribute("data-act"));
        Assert.Equal(
            ["10", "25", "50", "100", "other"], form.QuerySelectorAll<IHtmlInputElement>("[name=amount]").Select(input => input.Value));
    }

    [Fact]
    public void Confirm_Quote_IsRepeatedAndSpelledOut()
    {
        var document = CheckoutViews.Document(CheckoutViews.Of(CheckoutStep.Confirm) with { Errors = [] });
        Assert.Equal("Acme", document.QuerySelector<IHtmlInputElement>("[name=quoted]")!.Value);
        Assert.Equal("$25.00", document.QuerySelector(".total dd")!.TextContent);
        Assert.Equal(
            "By paying you let Acme charge your card $25.00 now and $25.00 on 1 June 2026, then each month, until you cancel.",
            document.QuerySelector(".consent")!.TextContent);
    }

    [Fact]
    public void Confirm_Cards_ThoseThatFailAreNoButtons()
    {
        var document = CheckoutViews.Document(CheckoutViews.Of(CheckoutStep.Confirm));
        Assert.Contains("4242", document.QuerySelector(".chosen > .card")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(document.QuerySelectorAll("details button[data-card]"));
        Assert.Contains("Declined", document.QuerySelector("details .unusable")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Confirm_NothingDue_SaysSo()
    {
        var quote = CheckoutViews.Of(CheckoutStep.Confirm).Quote! with { Kind = CheckoutPurchase.AtCycleEnd, Fee = Money.Zero };
        var document = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Confirm) with { Quote = quote });
        Assert.Equal("Confirm change", document.QuerySelector(".primary")!.TextContent);
        Assert.StartsWith("Nothing is charged today.", document.QuerySelector(".consent")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Resend_Limit_HasNoButton()
    {
        var view = CheckoutViews.Plain(CheckoutStep.Code) with { Code = new CodePrompt("•••• 1234", null, null) };
        Assert.Null(CheckoutViews.Document(view).QuerySelector("[data-act=resend]"));
        Assert.Equal("13", CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Code))
            .QuerySelector("[data-act=resend]")!.GetAttribute("data-wait"));
    }

    [Theory]
    [InlineData(true, "button")]
    [InlineData(false, "a")]
    public void Leave_EveryStepButProcessing_IsOffered(bool isEmbedded, string element)
    {
        foreach (var step in CheckoutViews.Steps)
        {
            var found = CheckoutViews.Document(CheckoutViews.Plain(step), isEmbedded)
                .QuerySelectorAll(".step > button[data-leave], .step > a[href='https://shop.example']");
            Assert.Equal(
                step == CheckoutStep.Processing ? [] : [element],
                found.Where(leave => !leave.ClassList.Contains("later")).Select(leave => leave.LocalName));
        }
    }

    // Hidden until the payment has taken minutes: nobody is kept in a frame that fills the window.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Processing_InAFrame_CanBeLeftInTheEnd(bool isEmbedded, int count)
    {
        var page = CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Processing), isEmbedded);
        Assert.Equal(count, page.QuerySelectorAll("button.later[data-leave]").Length);
    }

    [Fact]
    public void Processing_AsksAgain() =>
        Assert.True(CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Processing)).QuerySelector("main")!.HasAttribute("data-poll"));

    [Theory]
    [InlineData(CheckoutProblem.InReview, "Don't pay again")]
    [InlineData(CheckoutProblem.Renewing, "Try again in a minute")]
    public void Unavailable_WhatToDo_IsSaid(CheckoutProblem problem, string words) => Assert.Contains(
        words,
        CheckoutViews.Document(CheckoutViews.Plain(CheckoutStep.Unavailable) with { Problem = problem }).Body!.TextContent,
        StringComparison.Ordinal);
}
