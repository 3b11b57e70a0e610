using Lava.Core;

namespace Lava.Billing.Plans;

/// <summary>Credit that subscribers of a plan may buy beside it.</summary>
/// <param name="Id">Id.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Name">What people read.</param>
/// <param name="Cost">Its price.</param>
/// <param name="CreditAmount">The credit that it gives.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record CreditBundle(Guid Id, Guid PlanId, string Name, Money Cost, Money CreditAmount, DateTimeOffset CreatedAt);
