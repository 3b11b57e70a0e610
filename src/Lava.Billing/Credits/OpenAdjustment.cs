using Lava.Core;

namespace Lava.Billing.Credits;

/// <summary>An adjustment of which the store has not answered yet.</summary>
internal sealed class OpenAdjustment(NewAdjustment adjustment)
{
    public NewAdjustment Adjustment { get; } = adjustment;

    /// <summary>What the live wallet has lost for it already.</summary>
    public Money Taken { get; set; }
}
