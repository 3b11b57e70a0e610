using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>How much credit is bought.</summary>
internal static class AmountStep
{
    /// <summary>What the choice of an amount of one's own sends.</summary>
    public const string Other = "other";

    private static readonly Money[] Offered = [Money.FromDollars(10), Money.FromDollars(25), Money.FromDollars(50), Money.FromDollars(100)];

    public static StepPage Of(CheckoutView view)
    {
        var chosen = view.Amount ?? Offered[1];
        var isOther = !Offered.Contains(chosen);
        return new StepPage("How much credit?", Markup.Of($"""
            <form data-act="amount" novalidate>
            {PagePart.Alert(view, "amount")}
            <fieldset class="field">
            <legend>Amount</legend>
            <div class="chips">
            {Offered.Select(amount => Chip($"{amount.Units / Money.UnitsPerDollar}", MoneyText.Of(amount), amount == chosen))}
            {Chip(Other, "Another amount", isOther)}
            </div>
            </fieldset>
            <div class="field other-amount">
            <label for="other">Amount in US dollars</label>
            <input id="other" name="other" type="text" inputmode="decimal" autocomplete="off" maxlength="12" data-keep
            value="{(isOther ? MoneyText.Of(chosen) : "")}" {PagePart.Describe(view, "amount")}>
            {PagePart.Error(view, "amount")}
            </div>
            {PagePart.Submit("Continue")}
            </form>
            {Keep(view)}
            """));
    }

    /// <summary>The way back here from the later steps of a top-up.</summary>
    public static Markup Change(CheckoutView view) => view is { Mode: CheckoutMode.TopUp, Amount: not null }
        ? Markup.Of($"""<div class="others">{PagePart.Other(CheckoutActs.ChangeAmount, "Change amount")}</div>""")
        : Markup.Empty;

    /// <summary>The same session where the amount is asked for, though one was chosen; as it is where nothing is to be chosen.</summary>
    public static CheckoutView Ask(CheckoutView view) =>
        view is { Mode: CheckoutMode.TopUp, Step: CheckoutStep.Card or CheckoutStep.Confirm }
            ? view with { Step = CheckoutStep.Card, AsksForAmount = true }
            : view;

    private static Markup Keep(CheckoutView view) => view.Amount is { } amount
        ? Markup.Of($"""<div class="others">{PagePart.Other(CheckoutActs.State, $"Keep {MoneyText.Of(amount)}")}</div>""")
        : Markup.Empty;

    private static Markup Chip(string value, string name, bool isChosen) => Markup.Of($"""
        <label class="chip"><input type="radio" name="amount" value="{value}" data-keep{Checked(isChosen)}> <span>{name}</span></label>

        """);

    private static Markup Checked(bool isChosen) => isChosen ? Markup.Of($" checked") : Markup.Empty;
}
