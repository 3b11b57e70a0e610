namespace Lava.Billing.Webhooks;

/// <summary>What became of an attempt.</summary>
/// <param name="Status">The target's HTTP status; null: it gave none.</param>
/// <param name="Error">The beginning of a refusal, or why there is no answer; null where it was taken.</param>
public readonly record struct SendOutcome(int? Status, string? Error)
{
    /// <summary>The target took it: any status from 200 to 299, no redirect.</summary>
    public bool IsTaken => Status is >= 200 and <= 299;

    /// <summary>The target says that it is gone for good (410).</summary>
    public bool IsGone => Status == 410;
}
