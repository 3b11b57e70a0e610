using Lava.Core;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>A part of a balance.</summary>
/// <param name="Kind">Its colour: a class of <c>customers.css</c>.</param>
/// <param name="Label">What people read.</param>
/// <param name="Amount">How much; not negative.</param>
internal sealed record BalanceSegment(string Kind, string Label, Money Amount);
