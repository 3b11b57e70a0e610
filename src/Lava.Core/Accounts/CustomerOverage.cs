namespace Lava.Core.Accounts;

/// <summary>
/// What a customer's plan says of overage, for the words of a refusal; how far a wallet may go is the wallet's own floor.
/// </summary>
/// <param name="Mode">What happens without credit.</param>
/// <param name="Limit">The most overage of a cycle; zero where there is none.</param>
/// <param name="Hindrance">Why it does not apply now.</param>
public sealed record CustomerOverage(OverageMode Mode, Money Limit, OverageHindrance Hindrance);
