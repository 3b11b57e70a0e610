namespace Lava.Billing.Credits;

/// <summary>How giving credit ended, and the grant that now stands under the id or key.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Grant">The grant; of a conflict, the one that has the key or the payment; null: expired.</param>
public sealed record GrantResult(GrantOutcome Outcome, Grant? Grant);
