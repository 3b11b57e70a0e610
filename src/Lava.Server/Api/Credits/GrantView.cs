using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Server.Api.Credits;

/// <summary>A grant as the API shows it.</summary>
internal sealed record GrantView(
    string GrantId,
    string CustomerId,
    string Origin,
    Money Amount,
    Money Remaining,
    string? Reason,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    public static GrantView From(Grant grant, bool isTest) => new(
        Ids.Format(IdPrefix.Grant, isTest, grant.Id),
        Ids.Format(IdPrefix.Customer, isTest, grant.CustomerId),
        OriginName(grant.Origin),
        grant.Amount,
        grant.Remaining,
        grant.Reason,
        grant.ExpiresAt,
        grant.CreatedAt);

    private static string OriginName(CreditOrigin origin) => origin switch
    {
        CreditOrigin.Grant => "grant",
        CreditOrigin.Purchase => "purchase",
        CreditOrigin.CycleCredit => "cycle_credit",
        CreditOrigin.Overage => "overage",
        CreditOrigin.Correction => "correction",
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };
}
