namespace Lava.Testing.Stripe;

/// <summary>What the stand-in did for one payment of ours, by the metadata <c>lava_payment</c>; amounts in cents.</summary>
/// <param name="Captured">Taken from cards.</param>
/// <param name="Refunded">Given back, or on its way.</param>
/// <param name="Disputed">Taken back by banks and not returned.</param>
/// <param name="Captures">How often money was taken: more than one is the worst that can happen.</param>
/// <param name="Intents">Charges that were made for it, taken or not.</param>
public readonly record struct StandInBooks(long Captured, long Refunded, long Disputed, int Captures, int Intents);
