namespace Lava.Billing.Phones;

/// <summary>Whose codes count: the sandbox's for test merchants, always; a sender of messages for live ones.</summary>
/// <param name="sandbox">For test merchants.</param>
/// <param name="live">For live ones; null: none, and nothing is sent to anybody.</param>
public sealed class PhoneCodes(SandboxCodes sandbox, IPhoneCodes? live) : IPhoneCodes
{
    /// <summary>The code that the page shows; null where a message was sent.</summary>
    public string? Show(CodeOrder order) => order.IsTest ? sandbox.Show(order) : null;

    /// <inheritdoc/>
    public Task<CodeSent> SendAsync(CodeOrder order, CancellationToken cancellationToken) => order.IsTest
        ? sandbox.SendAsync(order, cancellationToken)
        : live?.SendAsync(order, cancellationToken) ?? Task.FromResult(new CodeSent(CodeSendOutcome.Away));

    /// <inheritdoc/>
    public Task<CodeOutcome> CheckAsync(CodeOrder order, string code, CancellationToken cancellationToken) => order.IsTest
        ? sandbox.CheckAsync(order, code, cancellationToken)
        : live?.CheckAsync(order, code, cancellationToken) ?? Task.FromResult(CodeOutcome.Away);
}
