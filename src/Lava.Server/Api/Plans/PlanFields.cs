using System.Text;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Server.Api.Limits;

namespace Lava.Server.Api.Plans;

/// <summary>Reads a plan's fields. A new plan and a changed one are both read whole, and then kept as they are.</summary>
internal sealed class PlanFields(ManagementDependencies dependencies)
{
    // Each customer of the plan is looked up in the meters by every call; each page shows all bundles.
    private const int MetersMax = 100;
    private const int BundlesMax = 50;
    private const string NoBundle = "must be one of the plan's credit bundles";

    // The contract's bound for what a customer may be charged at once.
    private static readonly Money PriceMax = Money.FromDollars(10_000);
    private static readonly Money CreditMax = Money.FromDollars(1_000_000);
    private static readonly Money Least = new(1);

    /// <summary>A new plan.</summary>
    public Plan ReadNew(ApiCall call, RequestBody body)
    {
        var amount = body.Amount("period_amount", Money.Zero, PriceMax);
        var least = LeastOf(call);
        if (amount > Money.Zero && amount < least)
        {
            body.Errors.Add("period_amount", $"must be 0 or at least {least}: the least that a card is charged");
        }

        if (amount is null && !body.Has("period_amount"))
        {
            body.Errors.Add("period_amount", "is required");
        }

        var price = amount ?? Money.Zero;
        var plan = new Plan
        {
            Id = Ids.New(dependencies.Time),
            MerchantId = call.Merchant.Id,
            Terms = new PlanTerms(
                body.RequiredText("name"),
                price,
                ReadCredit(body, price) ?? price,
                body.Choice("billing_interval", PlanNames.Intervals, required: true) ?? BillingInterval.Month,
                body.Choice("rollover_type", PlanNames.Rollovers) ?? Rollover.None,
                body.Choice("bundle_rollover_type", PlanNames.Rollovers) ?? Rollover.None),
            Meters = ReadMeters(call, body) ?? [],
            Limits = LimitFields.Read(body, LimitScope.Plan).Value ?? [],
            Bundles = [],
            Overage = OverageFields.Read(body, PlanOverage.None, LeastOf(call)),
            CreatedAt = dependencies.Time.GetUtcNow(),
        };
        plan = plan with { Bundles = ChangeBundles(call, body, plan) };
        return body.Index("default_auto_top_up_bundle_index", plan.Bundles.Count - 1) is { } index
            ? plan with { DefaultBundleId = plan.Bundles[index].Id }
            : plan;
    }

    /// <summary>A plan with what the body changes.</summary>
    public Plan ReadChanged(ApiCall call, RequestBody body, Plan plan)
    {
        RefuseFixedFields(body, plan.Terms);
        if (body.IsNull("name"))
        {
            body.Errors.Add("name", "can't be cleared");
        }

        var terms = plan.Terms;
        var changed = plan with
        {
            Terms = terms with
            {
                Name = body.Text("name").Value ?? terms.Name,
                IncludedCredit = ReadCredit(body, terms.PeriodAmount) ?? terms.IncludedCredit,
                Rollover = body.Choice("rollover_type", PlanNames.Rollovers) ?? terms.Rollover,
                BundleRollover = body.Choice("bundle_rollover_type", PlanNames.Rollovers) ?? terms.BundleRollover,
            },
            Meters = ReadMeters(call, body) ?? plan.Meters,
            Limits = LimitFields.Read(body, LimitScope.Plan) is { IsPresent: true } limits ? limits.Value ?? [] : plan.Limits,
            Bundles = ChangeBundles(call, body, plan),
            Overage = OverageFields.Read(body, plan.Overage, LeastOf(call)),
        };
        var chosen = body.Id("default_auto_top_up_bundle_id", IdPrefix.CreditBundle, NoBundle);
        var bundleId = chosen.IsPresent ? chosen.Value : plan.DefaultBundleId;
        var isThere = bundleId is null || changed.Bundles.Any(bundle => bundle.Id == bundleId);
        if (!isThere && chosen.IsPresent)
        {
            body.Errors.Add("default_auto_top_up_bundle_id", NoBundle);
        }

        return changed with { DefaultBundleId = isThere ? bundleId : null };
    }

    // The least that the merchant's payment provider charges; a cent where there is none.
    private Money LeastOf(ApiCall call) =>
        dependencies.Payments?.Providers.Of(call.Merchant.IsTest)?.AmountMin ?? OverageFields.Cent;

    // Price and interval are what customers agreed to.
    private static void RefuseFixedFields(RequestBody body, PlanTerms terms)
    {
        if (body.Amount("period_amount", Money.Zero, PriceMax) is { } amount && amount != terms.PeriodAmount)
        {
            body.Errors.Add("period_amount", "can't be changed");
        }

        if (body.Choice("billing_interval", PlanNames.Intervals) is { } interval && interval != terms.Interval)
        {
            body.Errors.Add("billing_interval", "can't be changed");
        }
    }

    private static Money? ReadCredit(RequestBody body, Money price) => body.Amount("included_credit", Money.Zero, price);

    private LinkedMeter[]? ReadMeters(ApiCall call, RequestBody body)
    {
        if (body.Texts("meter_ids", MetersMax) is not { } names)
        {
            return null;
        }

        var meters = new List<LinkedMeter>();
        for (var i = 0; i < names.Count; i++)
        {
            if (dependencies.Pricing.Current.TryFindMeter(call.Merchant.Id, Encoding.UTF8.GetBytes(names[i]), out var meter))
            {
                meters.Add(new LinkedMeter(meter.Id, ""));
            }
            else
            {
                body.Errors.Add($"meter_ids[{i}]", "is no meter");
            }
        }

        return [.. meters.DistinctBy(meter => meter.Id)];
    }

    /// <summary>Those that the body does not name stay as they are.</summary>
    private List<CreditBundle> ChangeBundles(ApiCall call, RequestBody body, Plan plan)
    {
        var bundles = plan.Bundles.ToList();
        foreach (var item in body.Items("credit_bundles", BundlesMax) ?? [])
        {
            var id = item.Id("credit_bundle_id", IdPrefix.CreditBundle, NoBundle).Value;
            var place = bundles.FindIndex(bundle => bundle.Id == id);
            if (id is not null && place < 0)
            {
                item.Errors.Add("credit_bundle_id", NoBundle);
            }
            else if (!item.Flag("is_deleted"))
            {
                var old = place < 0 ? null : bundles[place];
                var bundle = new CreditBundle(
                    old?.Id ?? Ids.New(dependencies.Time),
                    plan.Id,
                    old is not null && !item.Has("name") ? old.Name : item.RequiredText("name"),
                    item.Amount("cost", LeastOf(call), PriceMax) ?? old?.Cost ?? Missing(item, "cost"),
                    item.Amount("credit_amount", Least, CreditMax) ?? old?.CreditAmount ?? Missing(item, "credit_amount"),
                    old?.CreatedAt ?? dependencies.Time.GetUtcNow());
                bundles.RemoveAll(other => other.Id == bundle.Id);
                bundles.Insert(place < 0 ? bundles.Count : place, bundle);
            }
            else if (place >= 0)
            {
                bundles.RemoveAt(place);
            }
        }

        if (bundles.Count > BundlesMax)
        {
            body.Errors.Add("credit_bundles", $"must be at most {BundlesMax}");
        }

        return bundles;
    }

    private static Money Missing(RequestBody item, string name)
    {
        if (!item.Has(name))
        {
            item.Errors.Add(name, "is required");
        }

        return Least;
    }
}
