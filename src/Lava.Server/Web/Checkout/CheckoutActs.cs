using System.Collections.Frozen;
using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>What a page's forms and buttons ask for, by the last part of their address.</summary>
internal static class CheckoutActs
{
    /// <summary>Only looks: a browser that has made no visit yet may do so.</summary>
    public const string State = "state";

    /// <summary>Asks for a top-up's amount again; the one that was chosen stays until another is.</summary>
    public const string ChangeAmount = "change-amount";

    /// <summary>An act.</summary>
    public delegate Task<CheckoutView?> Act(
        ICheckout checkout, CheckoutVisit visit, CheckoutForm form, CancellationToken cancellationToken);

    /// <summary>All of them.</summary>
    public static FrozenDictionary<string, Act> All { get; } = new Dictionary<string, Act>
    {
        [State] = (checkout, visit, _, cancel) => checkout.ShowAsync(visit, cancel),
        ["phone"] = PhoneAsync,
        ["code"] = CodeAsync,
        ["resend"] = (checkout, visit, _, cancel) => checkout.ResendAsync(visit, cancel),
        ["change-phone"] = (checkout, visit, _, cancel) => checkout.ChangePhoneAsync(visit, cancel),
        ["amount"] = AmountAsync,
        [ChangeAmount] = async (checkout, visit, _, cancel) =>
            await checkout.ShowAsync(visit, cancel) is { } view ? AmountStep.Ask(view) : null,
        ["card"] = (checkout, visit, form, cancel) => checkout.SaveCardAsync(visit, form.Text("token"), cancel),
        ["choose"] = (checkout, visit, form, cancel) => checkout.ChooseCardAsync(
            visit, Ids.TryParse(IdPrefix.PaymentMethod, form.Text("card"), out var id) ? id : null, cancel),
        ["pay"] = (checkout, visit, form, cancel) => checkout.PayAsync(visit, form.Text("quoted") ?? "", cancel),
        ["authenticate"] = (checkout, visit, form, cancel) => checkout.AuthenticateAsync(visit, form.Flag("done"), cancel),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static async Task<CheckoutView?> PhoneAsync(
        ICheckout checkout, CheckoutVisit visit, CheckoutForm form, CancellationToken cancellationToken)
    {
        var view = await checkout.ShowAsync(visit, cancellationToken);
        if (view?.Phone?.Masked is not null)
        {
            return await checkout.SendCodeAsync(visit, null, null, cancellationToken);
        }

        var typed = form.Text("number");
        var country = form.Text("country");
        return Countries.Read(country, typed ?? "") is { } phone
            ? await checkout.SendCodeAsync(visit, phone.Country.Code, phone.Number, cancellationToken)
            : With(view, "phone", typed is null
                ? "Enter your phone number."
                : $"This is no mobile number of {Countries.Find(country)?.Name ?? "the country"}. Check the digits and the country.");
    }

    private static async Task<CheckoutView?> CodeAsync(
        ICheckout checkout, CheckoutVisit visit, CheckoutForm form, CancellationToken cancellationToken) =>
        CheckoutCode.Read(form.Text("code")) is { } digits
            ? await checkout.CheckCodeAsync(visit, digits, cancellationToken)
            : With(await checkout.ShowAsync(visit, cancellationToken), "code", "Enter the digits of the code.");

    private static async Task<CheckoutView?> AmountAsync(
        ICheckout checkout, CheckoutVisit visit, CheckoutForm form, CancellationToken cancellationToken)
    {
        var choice = form.Text("amount");
        var typed = choice is null or AmountStep.Other ? form.Text("other") : choice;
        var view = MoneyText.Read(typed ?? "") is { } amount
            ? await checkout.ChooseAmountAsync(visit, amount, cancellationToken)
            : With(await checkout.ShowAsync(visit, cancellationToken), "amount", "Enter an amount in dollars and cents, such as 25.00.");

        // Where an amount was chosen before, the session is past this form: what is wrong is said in the form.
        return view is not null && view.Errors.Any(error => error.Field == "amount") ? AmountStep.Ask(view) : view;
    }

    private static CheckoutView? With(CheckoutView? view, string field, string message) =>
        view is null ? null : view with { Errors = [new CheckoutError(field, message)] };
}
