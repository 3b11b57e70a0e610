using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Server.Web.Checkout;

/// <summary>What the checkout's pages work with.</summary>
internal sealed record CheckoutWeb(ICheckout Checkout, LegacySecret Secrets)
{
    /// <summary>Where browsers find this server; null: wherever they say that they are.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The script that takes test merchants' cards; null: the sandbox does.</summary>
    public string? TestCardScript { get; init; }

    /// <summary>The script that takes live merchants' cards; null: they can't be paid.</summary>
    public string? LiveCardScript { get; init; }
}
