using Lava.Billing.Checkout;

namespace Lava.Server.Api.CheckoutSessions;

/// <summary>The words of the API for what a checkout session sells, both ways.</summary>
internal static class CheckoutNames
{
    public static readonly IReadOnlyDictionary<string, CheckoutMode> Modes = new Dictionary<string, CheckoutMode>
    {
        ["subscription"] = CheckoutMode.Subscription,
        ["credit_bundle"] = CheckoutMode.CreditBundle,
        ["onboarding"] = CheckoutMode.Onboarding,
        ["topup"] = CheckoutMode.TopUp,
    };
}
