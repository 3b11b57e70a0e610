using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Postgres;

namespace Lava.Server.Api.Limits;

/// <summary>Reads the field <c>limits</c>: <c>[{"unit", "cycle", "amount"}, …]</c>.</summary>
internal static class LimitFields
{
    // Each is looked at before each call.
    private const int CountMax = 8;

    private static readonly Money Least = new(1);
    private static readonly Money SpendMax = Money.FromDollars(1_000_000);

    /// <summary>The limits; null or an empty list clears.</summary>
    public static Change<UsageLimit[]?> Read(RequestBody body, LimitScope scope)
    {
        if (body.IsNull("limits"))
        {
            return new Change<UsageLimit[]?>(true, null);
        }

        if (body.Items("limits", CountMax) is not { } items)
        {
            return default;
        }

        var limits = new UsageLimit[items.Count];
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = ReadOne(items[i], scope);
            if (limits[..i].Any(earlier => (earlier.Unit, earlier.Cycle) == (limits[i].Unit, limits[i].Cycle) && earlier.Amount > 0))
            {
                items[i].Errors.Add("cycle", "has a limit of this unit already");
            }
        }

        return new Change<UsageLimit[]?>(true, limits);
    }

    // An amount of 0 is one that could not be read.
    private static UsageLimit ReadOne(RequestBody item, LimitScope scope)
    {
        var unit = item.Choice("unit", LimitNames.Units, required: true);
        var cycle = item.Choice("cycle", LimitNames.Cycles, required: true);
        if (!item.Has("amount"))
        {
            item.Errors.Add("amount", "is required");
        }

        var amount = unit switch
        {
            null => null,
            LimitUnit.Spend => item.Amount("amount", Least, SpendMax)?.Units,
            _ => item.WholeNumber("amount", 1, Usage.MaxCount),
        };
        return new UsageLimit(unit ?? default, cycle ?? default, cycle is null ? 0 : amount ?? 0, scope);
    }
}
