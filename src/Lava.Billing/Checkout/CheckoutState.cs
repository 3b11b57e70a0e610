using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>A checkout session's row: what was offered, and how far one visit has come.</summary>
public sealed record CheckoutState
{
    /// <summary>What was offered; it changes by completion alone.</summary>
    public required CheckoutSession Session { get; init; }

    /// <summary>The amount of a top-up that was chosen; null: none yet.</summary>
    public Money? Amount { get; init; }

    /// <summary>SHA-256 of the visit that has the session now; null: none yet.</summary>
    public UInt256? Visit { get; init; }

    /// <summary>The phone that is being verified, or is, in E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>ISO code of the country that was chosen for it.</summary>
    public string? Country { get; init; }

    /// <summary>The provider's name of the verification; never a code.</summary>
    public string? CodeReference { get; init; }

    /// <summary>Messages of the session.</summary>
    public short CodeSends { get; init; }

    /// <summary>When the code that counts was sent; null: none counts.</summary>
    public DateTimeOffset? CodeSentAt { get; init; }

    /// <summary>Checks of that code.</summary>
    public short CodeChecks { get; init; }

    /// <summary>Checks of all codes.</summary>
    public short Checks { get; init; }

    /// <summary>When this visit has shown that the phone is its own; null: it has not.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Entries of cards that were begun.</summary>
    public short Setups { get; init; }

    /// <summary>When the last of them was begun; null: none was. The merchant's limit counts by it.</summary>
    public DateTimeOffset? SetupAt { get; init; }

    /// <summary>The provider's name of the entry under way; null: none.</summary>
    public string? SetupReference { get; init; }

    /// <summary>Who buys; null until the phone is verified.</summary>
    public Guid? BuyerId { get; init; }

    /// <summary>The card that was chosen; null: none.</summary>
    public Guid? PaymentMethodId { get; init; }

    /// <summary>Another card than those on file was asked for, and is not entered yet.</summary>
    public bool WantsCard { get; init; }

    /// <summary>What the confirmation shows and charges; null: nothing yet.</summary>
    public StoredQuote? Quote { get; init; }

    /// <summary>Has this visit the session, and shown its phone, not too long ago?</summary>
    public bool IsVerified(UInt256 visit, DateTimeOffset now) =>
        IsOwn(visit) && VerifiedAt is { } at && now - at < CheckoutLimits.VerifiedFor;

    /// <summary>Has this visit the session?</summary>
    public bool IsOwn(UInt256 visit) => visit != default && Visit == visit;

    /// <summary>For another visit: what the one before has shown does not count for it.</summary>
    public CheckoutState For(UInt256 visit) => IsOwn(visit) ? this : WithoutPhone() with { Visit = visit };

    /// <summary>Back to the phone; the counters stay. What was chosen was chosen by whoever has shown the phone.</summary>
    public CheckoutState WithoutPhone() => this with
    {
        Amount = null,
        Phone = null,
        Country = null,
        CodeReference = null,
        CodeSentAt = null,
        VerifiedAt = null,
        SetupReference = null,
        BuyerId = null,
        PaymentMethodId = null,
        WantsCard = false,
        Quote = null,
    };
}
