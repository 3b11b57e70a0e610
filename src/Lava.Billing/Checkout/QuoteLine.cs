using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>A line of what is charged.</summary>
/// <param name="Text">For a person.</param>
/// <param name="Amount">Its part; null: words alone.</param>
public sealed record QuoteLine(string Text, Money? Amount);
