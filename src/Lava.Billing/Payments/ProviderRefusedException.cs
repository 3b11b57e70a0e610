namespace Lava.Billing.Payments;

/// <summary>A payment provider refused what it was asked, and would again: our mistake or the operator's.</summary>
/// <param name="code">The provider's code; never its message, which may repeat what was sent.</param>
public sealed class ProviderRefusedException(string code) : Exception($"The payment provider refused the request: {code}")
{
    /// <summary>The provider's code.</summary>
    public string Code { get; } = code;
}
