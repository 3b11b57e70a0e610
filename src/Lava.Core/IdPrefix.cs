namespace Lava.Core;

/// <summary>Prefixes of the public ids, as Lava's API shows them.</summary>
public static class IdPrefix
{
    /// <summary>Merchant.</summary>
    public const string Merchant = "mer";

    /// <summary>Customer; the prefix of the connections that customers once were.</summary>
    public const string Customer = "con";

    /// <summary>Meter; the prefix of the products that meters once were.</summary>
    public const string Meter = "prd";

    /// <summary>Request.</summary>
    public const string Request = "req";

    /// <summary>Secret key (its id, not the key).</summary>
    public const string SecretKey = "sk";

    /// <summary>Credit grant.</summary>
    public const string Grant = "grt";

    /// <summary>Adjustment of a wallet: a refund, a correction, debt written off.</summary>
    public const string Adjustment = "adj";

    /// <summary>Plan.</summary>
    public const string Plan = "sc";

    /// <summary>Credit bundle of a plan.</summary>
    public const string CreditBundle = "cb";

    /// <summary>Subscription.</summary>
    public const string Subscription = "sub";

    /// <summary>A merchant's wallet.</summary>
    public const string Wallet = "wal";

    /// <summary>Account: a merchant's test and live half together.</summary>
    public const string Account = "acc";

    /// <summary>Spend key (its id, not the key).</summary>
    public const string SpendKey = "spk";

    /// <summary>Webhook.</summary>
    public const string Webhook = "wh";

    /// <summary>Event that webhooks tell of.</summary>
    public const string Event = "evt";

    /// <summary>Telling one webhook of one event.</summary>
    public const string Delivery = "dlv";

    /// <summary>Payment.</summary>
    public const string Payment = "pay";

    /// <summary>Refund.</summary>
    public const string Refund = "re";

    /// <summary>Payment method.</summary>
    public const string PaymentMethod = "pm";

    /// <summary>Checkout session.</summary>
    public const string CheckoutSession = "cs";
}
