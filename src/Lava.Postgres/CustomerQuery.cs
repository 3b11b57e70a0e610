namespace Lava.Postgres;

/// <summary>Which customers of a merchant somebody looks for. Nothing given: all of them.</summary>
/// <param name="Text">What the reference id, the name or the e-mail address begins with, whatever its case; null: anything.</param>
/// <param name="Id">The one with this id; null: any.</param>
/// <param name="PlanId">Those who are subscribed to this plan; null: any.</param>
/// <param name="IsAlerted">Only those whose balance is low or used up?</param>
/// <param name="IsLimited">Only those for whom a hard limit refused a call in its present time, and was not raised since?</param>
/// <param name="Order">In which order.</param>
public sealed record CustomerQuery(
    string? Text = null, Guid? Id = null, Guid? PlanId = null, bool IsAlerted = false, bool IsLimited = false,
    CustomerOrder Order = CustomerOrder.Newest)
{
    /// <summary>Does it leave anybody out?</summary>
    public bool IsFiltered => Text is not null || Id is not null || PlanId is not null || IsAlerted || IsLimited;
}
