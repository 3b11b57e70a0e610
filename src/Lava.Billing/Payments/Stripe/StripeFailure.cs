namespace Lava.Billing.Payments.Stripe;

/// <summary>Why Stripe did not do what it was asked. Never its message: that may repeat what was sent.</summary>
/// <param name="Status">HTTP status; 0: there was no answer.</param>
/// <param name="Type">Its kind of error.</param>
/// <param name="Code">Its code; for a lost answer what became of the connection.</param>
/// <param name="DeclineCode">The bank's reason; null: it has not said no.</param>
/// <param name="Parameter">What was wrong; null: nothing of what was sent.</param>
/// <param name="RequestId">Stripe's name of the request, for its support.</param>
public sealed record StripeFailure(
    int Status, string? Type, string? Code, string? DeclineCode = null, string? Parameter = null, string? RequestId = null)
{
    /// <summary>May the same request succeed later? What it asked for may have been done.</summary>
    public bool MayPass => Status is 0 or 409 or 429 or >= 500;

    /// <summary>Are the keys refused? This says nothing of what was asked: the operator will put it right.</summary>
    public bool IsOfKeys => Status is 401 or 403;

    /// <summary>Said the bank no?</summary>
    public bool IsDecline => Type == "card_error";

    /// <summary>The best name of it.</summary>
    public string Name => DeclineCode ?? Code ?? Type ?? $"status_{Status}";
}
