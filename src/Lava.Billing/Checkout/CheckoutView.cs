using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>Everything that a checkout's page shows.</summary>
public sealed record CheckoutView
{
    /// <summary>What is shown.</summary>
    public required CheckoutStep Step { get; init; }

    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Of a test merchant.</summary>
    public required bool IsTest { get; init; }

    /// <summary>What is sold.</summary>
    public required CheckoutMode Mode { get; init; }

    /// <summary>Origin of the page that may embed it and is told of the end: scheme, host and port.</summary>
    public required string Origin { get; init; }

    /// <summary>Who sells.</summary>
    public required string MerchantName { get; init; }

    /// <summary>Where help is to be had: an address of mail or of the web; null: nowhere.</summary>
    public string? SupportContact { get; init; }

    /// <summary>What is sold; null in onboarding.</summary>
    public CheckoutOffer? Offer { get; init; }

    /// <summary>What is charged; in Confirm and after.</summary>
    public CheckoutQuote? Quote { get; init; }

    /// <summary>In Phone.</summary>
    public PhonePrompt? Phone { get; init; }

    /// <summary>In Code.</summary>
    public CodePrompt? Code { get; init; }

    /// <summary>Cards on file, in Card and Confirm.</summary>
    public IReadOnlyList<CardChoice> Cards { get; init; } = [];

    /// <summary>How a card is entered, in Card; how the payment is confirmed, in Authenticate.</summary>
    public CardEntry? Card { get; init; }

    /// <summary>Is the amount of a top-up to be chosen?</summary>
    public bool AsksForAmount { get; init; }

    /// <summary>The amount of a top-up that was chosen; null: none yet.</summary>
    public Money? Amount { get; init; }

    /// <summary>Who bought, in Done: the public id of the customer.</summary>
    public string? ConnectionId { get; init; }

    /// <summary>In Unavailable.</summary>
    public CheckoutProblem? Problem { get; init; }

    /// <summary>What was wrong with the form that was sent.</summary>
    public IReadOnlyList<CheckoutError> Errors { get; init; } = [];

    /// <summary>The steps of this session, in order: "Step 2 of 4".</summary>
    public IReadOnlyList<CheckoutStep> Trail { get; init; } = [];
}
