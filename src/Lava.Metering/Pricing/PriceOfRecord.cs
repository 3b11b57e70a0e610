namespace Lava.Metering.Pricing;

/// <summary>What priced a call, found again.</summary>
/// <param name="Price">The row of the model that answered, as it is at the standard tier.</param>
/// <param name="Book">All rows of that day.</param>
/// <param name="Day">The day.</param>
/// <param name="Cost">What the call costs by it.</param>
public sealed record PriceOfRecord(ModelPrice Price, PriceBook Book, DateOnly Day, ModelCost Cost)
{
    /// <summary>Does the record say this cost?</summary>
    public bool IsOf(UsageRecord record) => record.InputCost == Cost.Input && record.OutputCost == Cost.Output;
}
