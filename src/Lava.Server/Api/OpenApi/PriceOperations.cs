using Lava.Core.Accounts;
using Lava.Server.Api.Estimates;
using Lava.Server.Api.Meters;
using Lava.Server.Api.Plans;
using Lava.Server.Api.Services;

namespace Lava.Server.Api.OpenApi;

/// <summary>Meters, plans, bundles, the catalog, estimates.</summary>
internal static class PriceOperations
{
    /// <summary>Hard limits of a customer or a plan.</summary>
    public static readonly ApiField Limits = new(
        "limits", ApiFieldType.Objects, false, null,
        ApiField.Choice("unit", LimitNames.Units, isRequired: true), ApiField.Choice("cycle", LimitNames.Cycles, isRequired: true),
        new("amount", ApiFieldType.AmountOrCount, true));

    private static readonly ApiField[] Overage =
    [
        ApiField.Choice("overage_mode", PlanNames.Overages), ApiField.Amount("overage_limit"), ApiField.Amount("overage_increment"),
    ];

    private static readonly ApiField Tiers = new(
        "tiers", ApiFieldType.Objects, true, null, ApiField.Required("start"), ApiField.Amount("rate", isRequired: true));

    private static readonly ApiField[] Rollovers =
    [
        ApiField.Choice("rollover_type", PlanNames.Rollovers), ApiField.Choice("bundle_rollover_type", PlanNames.Rollovers),
    ];

    private static readonly ApiField[] BundleFields =
    [
        ApiField.Required("name"), ApiField.Amount("cost", isRequired: true), ApiField.Amount("credit_amount", isRequired: true),
    ];

    public static readonly ApiOperation[] All =
    [
        new("GET", "/v1/meters", "listMeters", "Lists meters", typeof(Page<MeterView>)) { Query = ApiField.List() },
        new("POST", "/v1/meters", "createMeter", "Makes a meter", typeof(MeterView))
        {
            Status = StatusCodes.Status201Created,
            Body =
            [
                ApiField.Required("name"), ApiField.Text("meter_slug"),
                ApiField.Choice("rate_type", MeterNames.RateTypes, isRequired: true),
                ApiField.Choice("tier_type", MeterNames.TierTypes, isRequired: true), Tiers,
                ApiField.Choice("token_basis", MeterNames.TokenBases), ApiField.Choice("base_cost_payer", MeterNames.BaseCostPayers),
            ],
        },
        new("GET", "/v1/meters/{id}", "getMeter", "A meter, by id or slug", typeof(MeterView)),
        new("PATCH", "/v1/meters/{id}", "updateMeter", "Changes a meter's name and prices", typeof(MeterView))
        {
            Body =
            [
                ApiField.Text("name"), Tiers with { IsRequired = false }, ApiField.Choice("token_basis", MeterNames.TokenBases),
                ApiField.Choice("base_cost_payer", MeterNames.BaseCostPayers),
            ],
        },
        new("DELETE", "/v1/meters/{id}", "deleteMeter", "Deletes a meter", typeof(DeletedView)),
        new("GET", "/v1/plans", "listPlans", "Lists plans", typeof(Page<PlanView>)) { Query = ApiField.List() },
        new("POST", "/v1/plans", "createPlan", "Makes a plan", typeof(PlanView))
        {
            Status = StatusCodes.Status201Created,
            Body =
            [
                ApiField.Required("name"), ApiField.Amount("period_amount", isRequired: true),
                ApiField.Choice("billing_interval", PlanNames.Intervals, isRequired: true), ApiField.Amount("included_credit"),
                .. Rollovers, .. Overage, Limits, new("meter_ids", ApiFieldType.Texts),
                new("default_auto_top_up_bundle_index", ApiFieldType.Count),
                new("credit_bundles", ApiFieldType.Objects, false, null, BundleFields),
            ],
        },
        new("GET", "/v1/plans/{id}", "getPlan", "A plan", typeof(PlanView)),
        new("PATCH", "/v1/plans/{id}", "updatePlan", "Changes a plan; its price and interval stay", typeof(PlanView))
        {
            Body =
            [
                ApiField.Text("name"), ApiField.Amount("included_credit"), .. Rollovers, .. Overage, Limits,
                new("meter_ids", ApiFieldType.Texts),
                ApiField.Text("default_auto_top_up_bundle_id"),
                new(
                    "credit_bundles", ApiFieldType.Objects, false, null,
                    [ApiField.Text("credit_bundle_id"), .. BundleFields, new("is_deleted", ApiFieldType.Flag)]),
            ],
        },
        new("DELETE", "/v1/plans/{id}", "deletePlan", "Deletes a plan that nobody is subscribed to", typeof(DeletedView)),
        new("GET", "/v1/credit_bundles", "listCreditBundles", "Lists credit bundles", typeof(Page<CreditBundleView>))
        {
            Query = ApiField.List(ApiField.Text("plan_id")),
        },
        new("GET", "/v1/credit_bundles/{id}", "getCreditBundle", "A credit bundle", typeof(CreditBundleView)),
        new("POST", "/v1/estimate", "estimate", "What some usage would cost and be charged", typeof(EstimateView))
        {
            Body =
            [
                ApiField.Required("meter_slug"), ApiField.Text("customer_id"), ApiField.Text("model"), ApiField.Text("provider"),
                .. UsageOperations.Counts, new("cached_input_tokens", ApiFieldType.Count),
            ],
        },
        new("GET", "/v1/models", "listModels", "The models that this gateway can price", typeof(ModelList)) { IsPublic = true },
        new("GET", "/v1/services", "listServices", "The providers' endpoints that this gateway serves", typeof(ServiceList))
        {
            IsPublic = true, Query = [ApiField.Text("provider")],
        },
    ];
}
