namespace Lava.Billing.Phones;

/// <summary>Sends one-time codes to phones and checks them. Codes are in no log, no exception and no table.</summary>
public interface IPhoneCodes
{
    /// <summary>Sends a code.</summary>
    Task<CodeSent> SendAsync(CodeOrder order, CancellationToken cancellationToken);

    /// <summary>Is this the code that was sent?</summary>
    Task<CodeOutcome> CheckAsync(CodeOrder order, string code, CancellationToken cancellationToken);
}
