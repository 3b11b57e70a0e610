using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Server.Api.Plans;

/// <summary>Reads what a plan says of overage; what the body does not name stays.</summary>
internal static class OverageFields
{
    private const string OnlyCharged = "must be absent unless overage_mode is auto_charge";

    // More would let one customer owe more in a cycle than a plan may cost.
    private static readonly Money LimitMax = Money.FromDollars(10_000);

    /// <summary>A card is charged whole cents.</summary>
    public static readonly Money Cent = new(Money.UnitsPerDollar / 100);

    public static PlanOverage Read(RequestBody body, PlanOverage present, Money least)
    {
        var mode = body.Choice("overage_mode", PlanNames.Overages) ?? present.Mode;
        var limit = body.Amount("overage_limit", least, LimitMax);
        var increment = body.Amount("overage_increment", least, LimitMax);
        if (mode != OverageMode.AutoCharge)
        {
            Refuse(body, "overage_limit");
            Refuse(body, "overage_increment");
            return new PlanOverage(mode, null, null);
        }

        limit ??= present.Limit;
        increment ??= present.Increment ?? limit;
        if (limit is null && !body.Has("overage_limit"))
        {
            body.Errors.Add("overage_limit", "is required where overage_mode is auto_charge");
        }
        else if (increment > limit)
        {
            body.Errors.Add("overage_increment", "must be at most overage_limit");
        }

        return new PlanOverage(mode, limit, increment);
    }

    private static void Refuse(RequestBody body, string name)
    {
        if (body.Has(name))
        {
            body.Errors.Add(name, OnlyCharged);
        }
    }
}
