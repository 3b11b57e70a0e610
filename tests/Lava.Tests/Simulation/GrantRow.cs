using Lava.Billing.Credits;
using Lava.Core;

namespace Lava.Tests.Simulation;

/// <summary>A row of the table of grants.</summary>
internal sealed class GrantRow(NewGrant grant, Money remaining)
{
    public NewGrant New { get; } = grant;

    public Money Remaining { get; set; } = remaining;
}
