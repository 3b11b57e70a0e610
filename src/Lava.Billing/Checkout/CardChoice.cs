namespace Lava.Billing.Checkout;

/// <summary>A card on file that may be chosen.</summary>
/// <param name="Id">Id.</param>
/// <param name="Brand">Who issued it.</param>
/// <param name="Last4">Its last four digits.</param>
/// <param name="ExpiryMonth">1 to 12.</param>
/// <param name="ExpiryYear">Its last year.</param>
/// <param name="IsChosen">The one that will be charged.</param>
/// <param name="ErrorCode">Why it can't be chosen; null: it can.</param>
public sealed record CardChoice(
    Guid Id, string Brand, string Last4, short ExpiryMonth, short ExpiryYear, bool IsChosen, string? ErrorCode);
