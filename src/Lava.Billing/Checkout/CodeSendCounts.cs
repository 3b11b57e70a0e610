namespace Lava.Billing.Checkout;

/// <summary>Messages that went out already.</summary>
/// <param name="PhoneHour">To the phone, within an hour.</param>
/// <param name="PhoneDay">To the phone, within a day.</param>
/// <param name="MerchantHour">Of the merchant, within an hour.</param>
/// <param name="LastToPhone">When the last one went to the phone; null: none within a day.</param>
public readonly record struct CodeSendCounts(long PhoneHour, long PhoneDay, long MerchantHour, DateTimeOffset? LastToPhone);
