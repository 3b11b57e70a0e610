namespace Lava.Core.Accounts;

/// <summary>What somebody has used in one of the times that limits count in.</summary>
/// <param name="Start">Its first day; of all time <see cref="DateOnly.MinValue"/>.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="Spend">Money, in <see cref="Money"/>'s units.</param>
public readonly record struct UsageWindow(DateOnly Start, long Requests, long Tokens, long Spend);
