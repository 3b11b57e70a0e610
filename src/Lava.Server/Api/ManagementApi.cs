using Lava.Core;
using Lava.Gateway.Reporting;
using Lava.Server.Api.Accounts;
using Lava.Server.Api.Auth;
using Lava.Server.Api.CheckoutSessions;
using Lava.Server.Api.Credits;
using Lava.Server.Api.Customers;
using Lava.Server.Api.Estimates;
using Lava.Server.Api.Limits;
using Lava.Server.Api.Meters;
using Lava.Server.Api.OpenApi;
using Lava.Server.Api.Payments;
using Lava.Server.Api.Plans;
using Lava.Server.Api.ProviderKeys;
using Lava.Server.Api.Requests;
using Lava.Server.Api.SecretKeys;
using Lava.Server.Api.Services;
using Lava.Server.Api.Settings;
using Lava.Server.Api.SpendKeys;
using Lava.Server.Api.Statistics;
using Lava.Server.Api.Subscriptions;
using Lava.Server.Api.TestClocks;
using Lava.Server.Api.Webhooks;

namespace Lava.Server.Api;

/// <summary>The management REST API: everything under <c>/v1</c> that does not call a provider.</summary>
public static class ManagementApi
{
    /// <summary>Maps the API's routes, and an answer in JSON for every other path under <c>/v1</c>.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="dependencies">What it works with.</param>
    /// <param name="reports">Takes usage reports; null where this server takes none.</param>
    public static void MapManagementApi(
        this IEndpointRouteBuilder routes, ManagementDependencies dependencies, UsageReports? reports = null)
    {
        var log = routes.ServiceProvider.GetRequiredService<ILogger<ApiHandler>>();
        var handler = new ApiHandler(dependencies, log);
        var group = routes.MapGroup("/v1");
        var gate = dependencies.Gate;
        MapCustomers(group, handler, dependencies, gate);
        MapPlans(group, handler, dependencies, gate);
        MapWebhooks(group, handler, dependencies);
        OlderRoutes.Map(group, handler, dependencies);
        new SignInEndpoints(dependencies).Map(routes, group, handler);
        new CheckoutSessionEndpoints(dependencies).Map(group, handler);
        Resource("/wallet").Get(new WalletEndpoints(dependencies).GetAsync).End();

        var meters = new MeterEndpoints(dependencies, gate);
        Resource("/meters").Get(meters.ListAsync).Post(meters.CreateAsync).End();
        Resource("/meters/{id}").Get(meters.GetAsync).Patch(meters.UpdateAsync).Delete(meters.DeleteAsync).End();

        var keys = new SecretKeyEndpoints(dependencies, gate);
        Resource("/secret_keys").Get(keys.ListAsync).Post(keys.CreateAsync).End();
        Resource("/secret_keys/{id}").Delete(keys.DeleteAsync).End();

        new SpendKeyEndpoints(dependencies).Map(group, handler);

        var providerKeys = new ProviderKeyEndpoints(dependencies, gate);
        Resource("/provider_keys").Get(providerKeys.ListAsync).End();
        Resource("/provider_keys/{id}").Put(providerKeys.PutAsync).Delete(providerKeys.DeleteAsync).End();

        var settings = new SettingsEndpoints(dependencies, gate);
        Resource("/settings").Get(settings.GetAsync).Patch(settings.UpdateAsync).End();

        var requests = new RequestEndpoints(dependencies);
        var all = Resource("/requests").Get(requests.ListAsync);
        (reports is null ? all : all.Post(new ReportEndpoints(dependencies, reports).ReportAsync)).End();
        Resource("/requests/{id}").Get(requests.GetAsync).End();

        Resource("/usage").Get(new UsageEndpoints(dependencies).GetAsync).End();
        Resource("/estimate").Post(new EstimateEndpoints(dependencies).EstimateAsync).End();

        var clock = new TestClockEndpoints(dependencies);
        Resource("/test_clock").Get(clock.GetAsync).End();
        Resource("/test_clock/advance").Post(clock.AdvanceAsync).End();

        MapPayments(group, handler, dependencies);
        new CatalogEndpoints(dependencies).Map(group);
        routes.MapOpenApi();
        group.MapFallback("{**path}", http =>
            AnswerWriter.WriteAsync(http, ErrorCode.NotFound, $"No such route: {http.Request.Method} {http.Request.Path}"));

        ResourceRoutes Resource(string pattern) => new(group, handler, pattern);
    }

    private static void MapCustomers(RouteGroupBuilder group, ApiHandler handler, ManagementDependencies dependencies, ChangeGate gate)
    {
        var customers = new CustomerEndpoints(dependencies, gate);
        Resource("/customers").Get(customers.ListAsync).Post(customers.CreateAsync).End();
        Resource("/customers/{id}").Get(customers.GetAsync).Patch(customers.UpdateAsync).Delete(customers.DeleteAsync).End();
        var subscriptions = new SubscriptionEndpoints(dependencies);
        Resource("/subscriptions").Get(subscriptions.ListAsync).Post(subscriptions.CreateAsync).End();
        Resource("/subscriptions/{id}").Patch(subscriptions.UpdateAsync).Delete(subscriptions.DeleteAsync).End();
        Resource("/subscriptions/{id}/change").Post(subscriptions.ChangeAsync).End();
        Resource("/subscriptions/{id}/cycles").Get(subscriptions.ListCyclesAsync).End();
        Resource("/customers/{id}/subscription").Get(subscriptions.GetOfCustomerAsync).End();

        var credits = new CreditEndpoints(dependencies);
        Resource("/customers/{id}/credits").Get(credits.ListAsync).Post(credits.GrantAsync).End();
        var adjustments = new AdjustmentEndpoints(dependencies);
        Resource("/customers/{id}/adjustments").Get(adjustments.ListAsync).Post(adjustments.CreateAsync).End();
        Resource("/customers/{id}/limits").Get(new LimitEndpoints(dependencies).ListAsync).End();
        Resource("/customers/{id}/balance").Get(credits.GetBalanceAsync).End();
        Resource("/customers/{id}/ledger").Get(credits.GetLedgerAsync).End();

        ResourceRoutes Resource(string pattern) => new(group, handler, pattern);
    }

    private static void MapPayments(RouteGroupBuilder group, ApiHandler handler, ManagementDependencies dependencies)
    {
        if (dependencies.Payments is not { } parts)
        {
            return;
        }

        var methods = new PaymentMethodEndpoints(dependencies, parts);
        Resource("/customers/{id}/payment_methods").Get(methods.ListAsync).Post(methods.CreateAsync).End();
        Resource("/customers/{id}/payment_methods/{method}").Patch(methods.UpdateAsync).Delete(methods.DeleteAsync).End();
        var payments = new PaymentEndpoints(dependencies, parts);
        Resource("/customers/{id}/payments").Get(payments.ListAsync).End();
        Resource("/customers/{id}/bundles").Post(payments.BuyBundleAsync).End();
        Resource("/payments/{id}").Get(payments.GetAsync).End();
        Resource("/payments/{id}/retry").Post(payments.RetryAsync).End();
        Resource("/payments/{id}/review").Post(payments.ReviewAsync).End();
        var refunds = new RefundEndpoints(dependencies, parts);
        Resource("/payments/{id}/refunds").Get(refunds.ListAsync).Post(refunds.CreateAsync).End();
        Resource("/refunds/{id}").Get(refunds.GetAsync).End();

        ResourceRoutes Resource(string pattern) => new(group, handler, pattern);
    }

    private static void MapPlans(RouteGroupBuilder group, ApiHandler handler, ManagementDependencies dependencies, ChangeGate gate)
    {
        var plans = new PlanEndpoints(dependencies, gate);
        Resource("/plans").Get(plans.ListAsync).Post(plans.CreateAsync).End();
        Resource("/plans/{id}").Get(plans.GetAsync).Patch(plans.UpdateAsync).Delete(plans.DeleteAsync).End();
        Resource("/credit_bundles").Get(plans.ListBundlesAsync).End();
        Resource("/credit_bundles/{id}").Get(plans.GetBundleAsync).End();

        ResourceRoutes Resource(string pattern) => new(group, handler, pattern);
    }

    private static void MapWebhooks(RouteGroupBuilder group, ApiHandler handler, ManagementDependencies dependencies)
    {
        var webhooks = new WebhookEndpoints(dependencies);
        Resource("/webhooks").Get(webhooks.ListAsync).Post(webhooks.CreateAsync).End();
        Resource("/webhooks/{id}").Get(webhooks.GetAsync).Patch(webhooks.UpdateAsync).Delete(webhooks.DeleteAsync).End();
        var deliveries = new DeliveryEndpoints(dependencies);
        Resource("/webhooks/{id}/deliveries").Get(deliveries.ListAsync).End();
        Resource("/webhooks/{id}/deliveries/{delivery_id}").Get(deliveries.GetAsync).End();
        Resource("/webhooks/{id}/deliveries/{delivery_id}/replay").Post(deliveries.ReplayAsync).End();

        ResourceRoutes Resource(string pattern) => new(group, handler, pattern);
    }
}
