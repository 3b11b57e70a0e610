namespace Lava.Billing.Payments;

/// <summary>A payment provider did not answer, or not with what it was asked for. What it was asked may have been done.</summary>
/// <param name="code">The provider's code, or what became of the connection; never its message.</param>
public sealed class ProviderUnavailableException(string code) : Exception($"The payment provider gave no answer: {code}")
{
    /// <summary>The provider's code.</summary>
    public string Code { get; } = code;
}
