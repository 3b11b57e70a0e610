namespace Lava.Core.Accounts;

/// <summary>A hard limit: calls that would pass it are refused.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Cycle">In which time.</param>
/// <param name="Amount">How much; positive. Tokens, requests, or money in <see cref="Money"/>'s units.</param>
/// <param name="Scope">Whose limit it is.</param>
public readonly record struct UsageLimit(LimitUnit Unit, LimitCycle Cycle, long Amount, LimitScope Scope);
