using Lava.Core;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>A part of a balance.</summary>
/// <param name="Kind">Its colour: a class of <c>customers.css</c>.</param>
/// <param name="Label">What people read.</param>
/// <param name="Amount">How much; not negative.</param>
/// <param name="IsShown">Has the balance such a part now?</param>
/// <param name="Start">Where it begins in the bar, in the bar's units.</param>
/// <param name="Width">How wide it is there.</param>
internal sealed record BalanceSegment(string Kind, string Label, Money Amount, bool IsShown = true, int Start = 0, int Width = 0);
