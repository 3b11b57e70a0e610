namespace Lava.Billing.Subscriptions;

/// <summary>A subscription's billing period. UTC, whole seconds.</summary>
/// <param name="Anchor">When the first cycle began: all boundaries are counted from it.</param>
/// <param name="Index">Which one it is, from 0.</param>
/// <param name="Start">Its first moment.</param>
/// <param name="End">Its end: the next one's first moment.</param>
public readonly record struct Cycle(DateTimeOffset Anchor, int Index, DateTimeOffset Start, DateTimeOffset End);
