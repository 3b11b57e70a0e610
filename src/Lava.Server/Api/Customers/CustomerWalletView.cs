using Lava.Core;

namespace Lava.Server.Api.Customers;

/// <summary>A customer's wallet and contact as the 2025 SDKs read them.</summary>
/// <param name="Balance">What is booked, debt below zero.</param>
/// <param name="Phone">As in the contact.</param>
/// <param name="Email">As in the contact.</param>
/// <param name="FirstName">As in the contact.</param>
/// <param name="LastName">As in the contact.</param>
/// <param name="AutopayEnabled">Is the customer's card charged when the credit is used up?</param>
internal sealed record CustomerWalletView(
    Money Balance, string Phone, string Email, string FirstName, string LastName, bool AutopayEnabled);
