using Lava.Server.Api.Accounts;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Plans;
using Lava.Server.Api.Subscriptions;

namespace Lava.Server.Api;

/// <summary>The paths of the SDKs up to 10.x: the same resources, the same ids, the same answers under their older names.</summary>
internal static class OlderRoutes
{
    public static void Map(RouteGroupBuilder group, ApiHandler handler, ManagementDependencies dependencies)
    {
        var customers = new CustomerEndpoints(dependencies, dependencies.Gate);
        var subscriptions = new SubscriptionEndpoints(dependencies);
        Resource("/connections").Get(customers.ListAsync).End();
        Resource("/connections/{id}").Get(customers.GetAsync).Delete(customers.DeleteAsync).End();
        Resource("/connections/{id}/subscription").Get(subscriptions.GetOfCustomerAsync).End();

        var plans = new PlanEndpoints(dependencies, dependencies.Gate);
        Resource("/subscription_configs").Get(plans.ListAsync).Post(plans.CreateAsync).End();
        Resource("/subscription_configs/{id}").Get(plans.GetAsync).Patch(plans.UpdateAsync).Delete(plans.DeleteAsync).End();

        var keys = new WalletKeyEndpoints(dependencies);
        Resource("/wallet_keys").Get(keys.ListAsync).End();
        Resource("/wallet_keys/{id}").Delete(keys.DeleteAsync).End();
        Resource("/wallet_keys/{id}/rotate").Post(keys.RotateAsync).End();

        ResourceRoutes Resource(string pattern) => new(group, handler, pattern);
    }
}
