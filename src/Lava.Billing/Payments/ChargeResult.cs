using System.Text.Json.Serialization;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>What a provider said of a charge.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="DeclineCode">Why it was declined, in the provider's words; null where it was not.</param>
/// <param name="Message">The same for a person.</param>
/// <param name="Reference">The provider's id of the charge; null where there is none.</param>
public sealed record ChargeResult(ChargeOutcome Outcome, string? DeclineCode, string? Message, string? Reference)
{
    /// <summary>
    /// The <see cref="DeclineCode"/> of a charge that is not what was ordered: its outcome is unknown, <see cref="Message"/> names what
    /// differs, and a person must look at it.
    /// </summary>
    public const string Mismatch = "mismatch";

    /// <summary>
    /// The <see cref="DeclineCode"/> of a charge that has a name and that its provider does not have: its outcome is unknown, for these may
    /// be the keys of another account.
    /// </summary>
    public const string NotThere = "not_there";

    /// <summary>Lets the page confirm the payment: it goes there and nowhere else; null where nothing is to be confirmed.</summary>
    [JsonIgnore]
    public string? ClientSecret { get; init; }

    /// <summary>What was really taken, where a person decided that this is booked; null: what was ordered.</summary>
    public Money? Received { get; init; }

    /// <summary>The name of a dispute that came at once, as test cards can; null: none did.</summary>
    public string? DisputeReference { get; init; }

    /// <summary>Without the secret: records that are logged tell all they have.</summary>
    public override string ToString() => $"ChargeResult {Outcome} {DeclineCode} {Reference}";
}
