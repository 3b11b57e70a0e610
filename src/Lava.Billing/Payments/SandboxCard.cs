namespace Lava.Billing.Payments;

/// <summary>A test card with a known outcome.</summary>
/// <param name="Brand">Who issues it.</param>
/// <param name="Last4">Its last four digits.</param>
/// <param name="DeclineCode">Why it is declined; null: it pays.</param>
/// <param name="DeclinedAttempts">Only so many first attempts are declined.</param>
/// <param name="LosesAnswer">It pays, but the answer does not come.</param>
/// <param name="ExpiryYear">Its last year.</param>
public sealed record SandboxCard(
    string Brand, string Last4, string? DeclineCode = null, int DeclinedAttempts = int.MaxValue, bool LosesAnswer = false,
    short ExpiryYear = 2034)
{
    /// <summary>After a charge its payer disputes it.</summary>
    public const string AfterDispute = "dispute";

    /// <summary>Refunds fail.</summary>
    public const string AfterRefundFails = "refund_fails";

    /// <summary>Refunds take their time.</summary>
    public const string AfterRefundPending = "refund_pending";

    /// <summary>Why it can't be put on file by a page; null: it can.</summary>
    public string? SetupDecline { get; init; }

    /// <summary>What comes after a charge; null: nothing does.</summary>
    public string? After { get; init; }

    /// <summary>Its last month.</summary>
    public const short ExpiryMonth = 12;
}
