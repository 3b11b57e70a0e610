namespace Lava.Core.Accounts;

/// <summary>What a customer or a spend key has used, as PostgreSQL holds it.</summary>
/// <param name="Subject">The customer's or the spend key's id.</param>
/// <param name="ByCycle">One for each <see cref="LimitCycle"/>, at its value.</param>
public sealed record UsageWindows(Guid Subject, UsageWindow[] ByCycle);
