namespace Lava.Billing.Payments;

/// <summary>A card that is on file at a provider.</summary>
/// <param name="Reference">The provider's name of it; never a number.</param>
/// <param name="Brand">Who issued it.</param>
/// <param name="Last4">Its last four digits.</param>
/// <param name="ExpiryMonth">1 to 12.</param>
/// <param name="ExpiryYear">Its last year.</param>
/// <param name="Fingerprint">The same for the same card; null where the provider has none.</param>
public sealed record SavedCard(
    string Reference, string Brand, string Last4, short ExpiryMonth, short ExpiryYear, string? Fingerprint);
