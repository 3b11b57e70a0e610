using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Tests.Simulation;

/// <summary>A row of the table of grants.</summary>
internal sealed class GrantRow(NewGrant grant, Money remaining)
{
    public NewGrant New { get; } = grant;

    /// <summary>When calls use it: a cycle's credit before all other.</summary>
    public int BurnClass => New.Origin == CreditOrigin.CycleCredit ? 0 : New.ExternalReference is null ? 1 : 2;

    public Money Remaining { get; set; } = remaining;
}
