using Lava.Billing.Checkout;
using Lava.Core;

namespace Lava.Testing.Checkout;

/// <summary>A session of <see cref="ScriptedCheckout"/>: what it sells, what becomes of it, and how far it is.</summary>
public sealed class ScriptedSession
{
    public Guid Id { get; init; } = Ids.New(TimeProvider.System);

    public CheckoutMode Mode { get; init; } = CheckoutMode.Subscription;

    public string Origin { get; init; } = "https://shop.example";

    public string MerchantName { get; init; } = "Acme Weather";

    public string? SupportContact { get; init; } = "help@acme.example";

    public CheckoutOffer? Offer { get; init; }

    public bool IsTest { get; init; } = true;

    /// <summary>The only phone that may be verified, as the page shows it.</summary>
    public string? Masked { get; init; }

    public CheckoutProblem? Problem { get; init; }

    public bool IsExpired { get; init; }

    /// <summary>The buyer comes back: a card is on file.</summary>
    public bool IsReturning { get; init; }

    /// <summary>How often the page has to ask for the payment's end.</summary>
    public int Polls { get; set; }

    /// <summary>Every act fails, as with a database that is away.</summary>
    public bool IsAway { get; set; }

    public UInt256 Visit { get; set; }

    public string? Phone { get; set; }

    public string? Country { get; set; }

    public bool HasCode { get; set; }

    public bool IsVerified { get; set; }

    public int Checks { get; set; }

    public int Sends { get; set; }

    public Money? Amount { get; set; }

    public List<CardChoice> Cards { get; } = [];

    public bool WantsOtherCard { get; set; }

    public bool NeedsBank { get; set; }

    public bool IsPaying { get; set; }

    public bool IsDone { get; set; }

    /// <summary>Payments that succeeded.</summary>
    public int Payments { get; set; }
}
