using Lava.Billing.Plans;
using Lava.Core.Accounts;

namespace Lava.Server.Api.Limits;

/// <summary>
/// Sees to it that limits hold from the first call that they are shown to: what was used before is counted first. For callers who hold
/// the merchant's gate.
/// </summary>
/// <remarks>A call that ends between the reading and the opening may be missing until the next start.</remarks>
internal sealed class LimitPublisher(ManagementDependencies dependencies)
{
    /// <summary>Opens the counters of a customer or a spend key that has limits new to the gateway.</summary>
    public async Task OpenAsync(Guid subject, UsageLimit[] limits)
    {
        if (dependencies.Limits.IsOpen(subject, limits))
        {
            return;
        }

        await CatchUpAsync();
        dependencies.Limits.Open(subject, limits, await dependencies.Stores.Limits.FindUsedAsync(subject, CancellationToken.None));
    }

    /// <summary>Shows a plan's changed limits to the gateway, for all who are subscribed to it.</summary>
    public async Task PublishPlanAsync(Plan before, Plan plan)
    {
        if (before.Limits.SequenceEqual(plan.Limits))
        {
            return;
        }

        await CatchUpAsync();
        var customers = await dependencies.Stores.Limits.ListOfPlanAsync(plan.Id, CancellationToken.None);
        customers.ForEach(customer => dependencies.Limits.Open(customer.CustomerId, customer.Limits, customer.Used));
        var limits = customers.ToDictionary(customer => customer.CustomerId, customer => customer.Limits);
        dependencies.Accounts.Swap(accounts => accounts.WithLimits(limits));
    }

    // Where PostgreSQL lags behind by more than its limit, what it lacks counts from the next start on.
    private Task CatchUpAsync() => dependencies.FlushPosition.CaughtUpAsync(CancellationToken.None);
}
