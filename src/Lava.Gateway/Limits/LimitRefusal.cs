using Lava.Core.Accounts;

namespace Lava.Gateway.Limits;

/// <summary>Why a hard limit refused a call.</summary>
/// <param name="Subject">Whose limit it is: a customer's or a spend key's id.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Used">What is used of it, or held by calls that run.</param>
/// <param name="Required">The most that the call would have used.</param>
/// <param name="WindowStart">The first day of the limit's present time.</param>
/// <param name="ResetsAt">When it counts from zero again; null: never.</param>
internal sealed record LimitRefusal(
    Guid Subject, UsageLimit Limit, long Used, long Required, DateOnly WindowStart, DateTimeOffset? ResetsAt);
