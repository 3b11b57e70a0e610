namespace Lava.Postgres;

/// <summary>Which customers of a merchant somebody looks for. Nothing given: all of them.</summary>
/// <param name="Text">What the reference id, the name or the e-mail address begins with, whatever its case; null: anything.</param>
/// <param name="Id">The one with this id; null: any.</param>
/// <param name="PlanId">Those who are subscribed to this plan; null: any.</param>
/// <param name="Look">Only those who need a look for this reason.</param>
/// <param name="Order">In which order.</param>
public sealed record CustomerQuery(
    string? Text = null, Guid? Id = null, Guid? PlanId = null, CustomerLook Look = CustomerLook.Any,
    CustomerOrder Order = CustomerOrder.Newest)
{
    /// <summary>Does it leave anybody out?</summary>
    public bool IsFiltered => Text is not null || Id is not null || PlanId is not null || Look != CustomerLook.Any;
}
