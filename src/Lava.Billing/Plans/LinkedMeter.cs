namespace Lava.Billing.Plans;

/// <summary>A meter that charges a plan's customers.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">What people read.</param>
public sealed record LinkedMeter(Guid Id, string Name);
