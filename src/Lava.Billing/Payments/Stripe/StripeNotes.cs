using Lava.Core;

namespace Lava.Billing.Payments.Stripe;

/// <summary>What we have Stripe's objects remember (their metadata), and the idempotency keys, which are made of the same ids.</summary>
internal static class StripeNotes
{
    public const string Payment = "lava_payment";
    public const string Attempt = "lava_attempt";
    public const string Merchant = "lava_merchant";
    public const string Customer = "lava_customer";
    public const string Session = "lava_session";
    public const string Refund = "lava_refund";

    public static string PaymentOf(ChargeOrder order) => Ids.Format(IdPrefix.Payment, order.IsTest, order.PaymentId);

    /// <summary>An attempt's key.</summary>
    public static string KeyOf(ChargeOrder order) => $"{PaymentOf(order)}_{((long)order.Attempt).Text()}";

    public static string SessionOf(CardSetupOrder order) => Ids.Format(IdPrefix.CheckoutSession, order.IsTest, order.SessionId);

    public static string RefundOf(RefundOrder order) => Ids.Format(IdPrefix.Refund, order.IsTest, order.RefundId);
}
