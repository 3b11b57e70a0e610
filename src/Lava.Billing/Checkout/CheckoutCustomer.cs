namespace Lava.Billing.Checkout;

/// <summary>A customer as a checkout sees one.</summary>
/// <param name="Id">Id.</param>
/// <param name="WalletId">The wallet.</param>
/// <param name="Phone">E.164; null: none.</param>
/// <param name="IsPhoneVerified">Somebody has shown that the phone is the customer's.</param>
/// <param name="IsDeleted">Gone.</param>
public sealed record CheckoutCustomer(Guid Id, long WalletId, string? Phone, bool IsPhoneVerified, bool IsDeleted);
