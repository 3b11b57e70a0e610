using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Server.Api.Limits;

/// <summary><c>/v1/customers/{id}/limits</c>: the limits that hold for a customer, out of memory: also while PostgreSQL is away.</summary>
internal sealed class LimitEndpoints(ManagementDependencies dependencies)
{
    public Task ListAsync(ApiCall call)
    {
        var customer = call.FindCustomer();
        var now = dependencies.Time.GetUtcNow();
        var micros = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var cycle = customer.CycleStart ?? BillingCycle.StartOf(now);
        var views = customer.Limits.Select(limit =>
        {
            var start = LimitPeriod.StartOf(limit.Cycle, day, cycle);
            var used = dependencies.Limits.Used(customer.Id, limit, start, micros);
            return LimitUsageView.From(limit, used, LimitPeriod.EndOf(limit.Cycle, start, customer));
        });
        return call.OkAsync(new Page<LimitUsageView>([.. views], false, null));
    }
}
